package dev.nightjar.demo.nyc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.FileSource;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.junit.jupiter.api.Test;

/** The configuration of the real job, without its data. */
class ArrivalDelayTest {
  static final Path PROJECT = Path.of(System.getProperty("nightjar.root"), "conf/nycflights13");
  private static final Environment ENVIRONMENT =
      new Environment(name -> name.equals("NYCFLIGHTS13") ? "/flights" : null);

  static List<FeatureView> views(Environment environment) {
    return List.of("weather", "planes", "departures").stream()
        .map(
            view -> FeatureViews.read(PROJECT.resolve("conf/views/" + view + ".yaml"), environment))
        .toList();
  }

  static Contract contract() {
    return Contracts.read(
        PROJECT.resolve("conf/contracts/arrival-delay.yaml"), Environment.empty());
  }

  @Test
  void theConfigurationIsAccepted() {
    assertThat(views(ENVIRONMENT))
        .allSatisfy(
            view ->
                assertThat(((FileSource) view.source().orElseThrow()).path().text())
                    .startsWith("/flights/"));
    assertThat(contract().outputSchema().names()).containsExactly("delayed", "delayed_label");
  }

  @Test
  void nothingThatTheFlightItselfBringsLaterIsAnInput() {
    assertThat(contract().inputSchema().names())
        .doesNotContain("dep_delay", "dep_utc", "arr_delay", "air_time");
  }

  @Test
  void theTransformSurvivesItsOwnJson() {
    TransformProcess transform = ArrivalDelay.transform(contract());
    assertThat(TransformProcess.fromJson(transform.toJson()).getFinalSchema().getColumnNames())
        .isEqualTo(transform.getFinalSchema().getColumnNames())
        .contains("clock_cos", "clock_sin", "carrier[other]", "latest_delay");
  }
}
