package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.config.Environment;
import dev.nightjar.data.Timestamps;
import dev.nightjar.faults.ChildJvm.Ended;
import dev.nightjar.faults.ChildJvm.Running;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Project;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.materialize.Materialization.Stored;
import dev.nightjar.run.TestProject;
import dev.nightjar.store.EmbeddedStore;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process of {@code nightjar features materialize} dies while it stores; readers look on. */
class MaterializeKilledTest {
  private static final Instant MORNING = Instant.parse("2024-03-05T00:00:00Z");
  private static final Instant EIGHT = Instant.parse("2024-03-05T08:00:00Z");
  private static final Instant NOON = Instant.parse("2024-03-05T12:00:00Z");

  @TempDir Path folder;
  private FeatureView view;
  private Path place;

  @BeforeEach
  void write() {
    TestProject.withoutBundle(folder);
    view =
        FeatureStatistics.NONE.resolve(Project.open(folder, Environment.empty()).view("weather"));
    place = folder.resolve("feature-store");
  }

  private Stored materialize(Optional<Instant> from, Instant until) {
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString());
        EmbeddedStore store = EmbeddedStore.write(place, List.of(view))) {
      return new Materialization(tables, store)
          .store(
              new Materialization.Request(view, from, until, Optional.of(Keeping.HISTORY), false));
    }
  }

  private static @Nullable Object temp(EmbeddedStore store) {
    // Within the four hours of the rows of six and of nine o'clock.
    long asOf = Timestamps.micros(Instant.parse("2024-03-05T09:30:00Z"));
    Answer answer = store.lookUp(List.of(new Query("weather", List.of("a"), asOf))).get(0);
    FeatureRow row = ((Answer.Known) answer).rows().answering(asOf, 0);
    return Objects.requireNonNull(row).value(0);
  }

  private static Window until(Instant end) {
    return new Window(Timestamps.micros(MORNING), Timestamps.micros(end));
  }

  @Test
  void readers_see_what_was_stored_before_and_the_next_one_goes_on_from_there() throws IOException {
    materialize(Optional.of(MORNING), EIGHT);
    Path lock = place.resolve("writer.lock");
    Files.delete(lock); // its coming again tells that the child has begun to store
    try (EmbeddedStore store = EmbeddedStore.read(place, List.of(view))) {
      assertThat(temp(store)).isEqualTo(10.0);
      Running running =
          ChildJvm.nightjar(
                  List.of(),
                  "features",
                  "materialize",
                  "weather",
                  "--to",
                  NOON.toString(),
                  "--project",
                  folder.toString())
              .start(folder.resolve("killed.log"));
      await()
          .atMost(Duration.ofMinutes(5))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> Files.exists(lock) || !running.process().isAlive());
      running.process().destroyForcibly();
      Ended ended = running.await();

      assertThat(ended.exit()).as(ended.output()).isEqualTo(137);
      assertThat(ended.output()).doesNotContain("keys stored");
      assertThat(store.window("weather")).contains(until(EIGHT));
      assertThat(temp(store)).isEqualTo(10.0);
    }

    Stored next = materialize(Optional.empty(), NOON);

    assertThat(next.rows()).isEqualTo(1);
    assertThat(next.holds()).isEqualTo(until(NOON));
    try (EmbeddedStore store = EmbeddedStore.read(place, List.of(view))) {
      assertThat(temp(store)).isEqualTo(12.0);
    }
  }
}
