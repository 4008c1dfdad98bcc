package dev.nightjar.demo.nyc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.demo.PlainJoin;
import dev.nightjar.demo.TrainedModel;
import dev.nightjar.demo.nyc.ArrivalDelay.Variant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The training on the real flights, where NYCFLIGHTS13 says where they are; takes minutes. */
@Tag("soak")
@EnabledIfEnvironmentVariable(named = "NYCFLIGHTS13", matches = ".+")
class RealFlightsTest {
  private static List<Map<String, @Nullable Object>> rows;

  @BeforeAll
  static void join() {
    Environment environment = Environment.ofProcess();
    rows =
        PlainJoin.join(
                ArrivalDelayTest.PROJECT,
                PlainJoin.input(
                    ArrivalDelayTest.PROJECT.resolve("conf/jobs/arrival-delay.yaml"), environment),
                ArrivalDelay.TIME,
                ArrivalDelayTest.views(environment))
            .rows();
  }

  @Test
  void theModelBeatsTheTableOfRates() {
    TrainedModel model = train(Variant.AS_SCHEDULED);
    assertThat(model.auc()).isGreaterThan(0.70);
    assertThat(model.auc()).isGreaterThan(CarrierHourRates.auc(rows.iterator()) + 0.03);
    // 9,430 of 336,776 flights have no arrival delay.
    assertThat(model.trainingRows() + model.heldOutRows() + model.rejected()).isEqualTo(327_346);
    assertThat(model.filtered()).isZero();
  }

  @Test
  void theDepartureDelayWouldGiveItAway() {
    assertThat(train(Variant.WITH_DEPARTURE_DELAY).auc()).isGreaterThan(0.88);
  }

  @Test
  void shuffledLabelsTeachNothing() {
    assertThat(train(Variant.SHUFFLED_LABELS).auc()).isBetween(0.40, 0.60);
  }

  private static TrainedModel train(Variant variant) {
    return ArrivalDelay.train(ArrivalDelayTest.contract(), rows.iterator(), variant);
  }
}
