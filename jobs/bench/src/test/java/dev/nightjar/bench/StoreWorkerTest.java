package dev.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bench.worker.StoreWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured of a store is a store that answers as the join does. */
class StoreWorkerTest {
  @TempDir private Path folder;

  @Test
  void storesLooksUpAndAgreesWithTheJoin() throws IOException {
    StoreWorker worker = new StoreWorker(folder);

    worker.run(List.of("prepare", "500", "1"));
    assertThat(worker.run(List.of("store", "500", "1"))).containsKeys("seconds", "mebibytes");
    Map<String, Double> took = worker.run(List.of("look-up", "500", "1", "200"));
    assertThat(took.get("median-us")).isPositive().isLessThanOrEqualTo(took.get("p99-us"));

    worker.run(List.of("prepare", "20", "10"));
    worker.run(List.of("store", "20", "10"));
    assertThat(worker.run(List.of("verify", "20", "10", "300")))
        .containsEntry("differing", 0.0)
        .hasEntrySatisfying("points", points -> assertThat(points).isBetween(150.0, 300.0));
  }
}
