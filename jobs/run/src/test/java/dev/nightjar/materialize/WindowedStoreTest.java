package dev.nightjar.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.run.TestProject;
import dev.nightjar.store.EmbeddedStore;
import dev.nightjar.store.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a windowed view comes to in a store that is filled now and then, worked out by hand. */
class WindowedStoreTest {
  private static final String TABLE =
      """
      customer,paid_at,amount
      ann,2024-03-05T10:00:00Z,5.0
      ann,2024-03-05T10:30:00Z,7.0
      bob,2024-03-05T10:59:00Z,
      ann,2024-03-05T11:20:00Z,0.1
      """;

  @TempDir Path folder;

  private FeatureView view() throws IOException {
    Files.writeString(folder.resolve("payments.csv"), TABLE);
    Path file =
        Files.writeString(
            folder.resolve("payments.yaml"),
            """
            view: payments
            source: {path: payments.csv, format: csv}
            keys: {customer: customer}
            event-time: paid_at
            features:
              payments: {aggregate: count, over: 1h}
              spent: {aggregate: sum, over: 2h, column: amount, default: -1}
            """);
    return FeatureViews.read(file, Environment.empty());
  }

  @Test
  void windows_empty_with_time_and_fill_with_the_next_rows() throws IOException {
    FeatureView view = view();
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString());
        EmbeddedStore store = EmbeddedStore.write(folder.resolve("store"), List.of(view))) {
      Materialization materialization = new Materialization(tables, store);

      materialization.store(request(view, "2024-03-05T11:00:00Z"));
      assertThat(answer(store, view, "ann", "2024-03-05T11:00:00Z")).isEqualTo("2 12.0 []");
      assertThat(answer(store, view, "ann", "2024-03-05T11:00:00.000001Z")).isEqualTo("1 12.0 []");
      assertThat(answer(store, view, "ann", "2024-03-05T11:31:00Z")).isEqualTo("0 12.0 []");
      assertThat(answer(store, view, "ann", "2024-03-05T12:30:00Z")).isEqualTo("0 7.0 []");
      assertThat(answer(store, view, "ann", "2024-03-05T12:30:01Z"))
          .isEqualTo("0 -1.0 [stale:payments]");
      assertThat(answer(store, view, "bob", "2024-03-05T11:59:00Z"))
          .isEqualTo("1 -1.0 [imputed:spent]");
      assertThat(answer(store, view, "eve", "2024-03-05T11:59:00Z"))
          .isEqualTo("0 -1.0 [no-row:payments]");

      materialization.store(request(view, "2024-03-05T12:00:00Z"));
      assertThat(answer(store, view, "ann", "2024-03-05T12:00:00Z")).isEqualTo("1 12.1 []");
      assertThat(answer(store, view, "ann", "2024-03-05T12:00:00.000001Z")).isEqualTo("1 7.1 []");
      assertThat(answer(store, view, "ann", "2024-03-05T13:00:00Z")).isEqualTo("0 0.1 []");
      assertThat(answer(store, view, "bob", "2024-03-05T12:00:00Z"))
          .isEqualTo("0 -1.0 [imputed:spent]");
    }
  }

  private static Materialization.Request request(FeatureView view, String until) {
    return new Materialization.Request(
        view, Optional.empty(), Instant.parse(until), Optional.of(Keeping.NEWEST), false);
  }

  private static String answer(EmbeddedStore store, FeatureView view, String key, String at) {
    ColumnBatch row =
        ColumnBatch.builder(
                Schema.of(
                    new Field("customer", DataType.STRING), new Field("at", DataType.TIMESTAMP)))
            .row(key, Timestamps.parse(at, ZoneOffset.UTC).getAsLong())
            .build();
    JoinedBatch joined = new FeatureLookUp(List.of(view), store).join(row, Optional.of("at"));
    return joined.rows().column("payments").get(0)
        + " "
        + joined.rows().column("spent").get(0)
        + " "
        + joined.flags().get(0);
  }
}
