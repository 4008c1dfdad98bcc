package dev.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bench.Figures.Better;
import dev.nightjar.bench.worker.RequestLoop;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void aGoalThatIsNotReachedIsMarked() {
    Figures figures = new Figures();
    figures.atLeast(5.5, "fast-enough", 5.5, "");
    figures.atLeast(5.5, "too-slow", 5.49, "");
    figures.atMost(15, "short-enough", 15, "");
    figures.atMost(15, "too-long", 15.01, "");
    figures.atMost(15, "unknown", Double.NaN, "");
    figures.report("only-told", 0.00042, Better.LOWER, "a note");

    assertThat(figures.table().lines())
        .filteredOn(line -> line.contains("MISSED"))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly("too-slow", "too-long", "unknown");
    assertThat(figures.table()).contains("4.2e-04").contains("a note");
  }

  @Test
  void theJsonHasTheFormOfTheFaults() throws Exception {
    Figures figures = new Figures();
    figures.atMost(0.15, "audit-share", 0.1, "");
    figures.report("j1-scan-noop-rows-per-s", 4e6, Better.HIGHER, "");

    JsonNode json = new ObjectMapper().readTree(figures.json("plan-quick"));

    assertThat(json.path("suite").asText()).isEqualTo("plan-quick");
    JsonNode first = json.path("figures").get(0);
    assertThat(first.path("name").asText()).isEqualTo("audit-share");
    assertThat(first.path("value").asDouble()).isEqualTo(0.1);
    assertThat(first.path("goal").asDouble()).isEqualTo(0.15);
    assertThat(first.path("better").asText()).isEqualTo("lower");
    assertThat(json.path("figures").get(1).path("goal").isNull()).isTrue();
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    Samples samples = new Samples();
    for (double seconds : new double[] {4, 1, 2, 10}) {
      samples.add(Map.of("seconds", seconds, RequestLoop.CPU, 2 * seconds));
    }

    assertThat(samples.median()).isEqualTo(3);
    assertThat(samples.median("audit")).isNaN();
    assertThat(samples.spread(100)).startsWith("10–100 in 4 rounds");
  }

  @Test
  void aStoppedRoundIsABound() {
    Samples samples = new Samples();
    samples.addBound(60);

    assertThat(samples.isBounded()).isTrue();
    assertThat(samples.median()).isEqualTo(60);
    assertThat(samples.spread(60)).contains("a bound");
  }
}
