package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.contract.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** How a partition is walked, without Spark and without a network. */
class ScoredRowsTest {
  private static final StructType INPUT =
      new StructType()
          .add("id", "long")
          .add("x", "double")
          .add("colour", "string")
          .add("_nightjar_flags", "array<string>")
          .add("_nightjar_rejection", Scoring.REJECTION_TYPE);

  private static final StructType RESULT =
      new StructType()
          .add("id", "long")
          .add("x", "double")
          .add("colour", "string")
          .add("alarm", "float")
          .add("alarm_label", "boolean")
          .add("_nightjar_flags", "array<string>")
          .add("_nightjar_outcome", "string")
          .add("_nightjar_rejection", Scoring.REJECTION_TYPE)
          .add("_nightjar_bundle", "string");

  private final EchoScorer scorer = new EchoScorer();

  @Test
  void a_large_partition_is_never_read_further_ahead_than_a_batch() {
    CountedRows rows = new CountedRows(100_000, "red");
    ScoredRows scored = scored(rows, new BatchBounds(256, 1L << 30));

    long seen = 0;
    long furthest = 0;
    while (scored.hasNext()) {
      assertThat(scored.next().getLong(0)).isEqualTo(seen);
      seen++;
      furthest = Math.max(furthest, rows.taken - seen);
    }

    assertThat(seen).isEqualTo(100_000);
    assertThat(furthest).isEqualTo(255);
    assertThat(scorer.batches).hasSize(391).allMatch(size -> size <= 256);
  }

  @Test
  void long_texts_end_a_batch_early() {
    CountedRows rows = new CountedRows(100, "r".repeat(1000));

    scored(rows, new BatchBounds(4096, 10_000)).forEachRemaining(row -> {});

    // Two bytes a character: a text that is not Latin takes so much.
    assertThat(scorer.batches).allMatch(size -> size <= 5).hasSize(20);
  }

  @Test
  void a_row_above_the_bound_is_a_batch_of_its_own() {
    CountedRows rows = new CountedRows(3, "red");

    scored(rows, new BatchBounds(4096, 1)).forEachRemaining(row -> {});

    assertThat(scorer.batches).containsExactly(1, 1, 1);
  }

  @Test
  void a_batch_of_nothing_is_refused() {
    assertThatThrownBy(() -> new BatchBounds(0, 1)).hasMessageContaining("both must be 1 or more");
    assertThatThrownBy(() -> new BatchBounds(1, 0)).hasMessageContaining("both must be 1 or more");
  }

  @Test
  void a_row_that_comes_rejected_is_passed_on_with_its_flags_and_not_scored() {
    Row rejection = RowFactory.create("join", "weather", "two rows are tied");
    List<Row> rows =
        List.of(
            RowFactory.create(1L, 1.0, "red", flags(), null),
            RowFactory.create(2L, 2.0, "red", flags("stale:weather"), rejection),
            RowFactory.create(3L, 3.0, "red", flags("no-row:planes"), null));

    List<Row> out = new ArrayList<>();
    scored(rows.iterator(), BatchBounds.DEFAULT).forEachRemaining(out::add);

    assertThat(scorer.batches).containsExactly(2);
    assertThat(out).extracting(row -> row.getLong(0)).containsExactly(1L, 2L, 3L);
    assertThat(out.get(1).isNullAt(3)).isTrue();
    assertThat((String[]) out.get(1).get(5)).containsExactly("stale:weather");
    assertThat(out.get(1).getString(6)).isEqualTo(Outcome.REJECTED.word());
    assertThat(out.get(1).get(7)).isEqualTo(rejection);
    assertThat(out.get(2).getFloat(3)).isEqualTo(3.0f);
    assertThat((String[]) out.get(2).get(5)).containsExactly("no-row:planes", "seen");
  }

  @Test
  void a_batch_of_rejected_rows_alone_comes_through() {
    Row rejection = RowFactory.create("join", "weather", "two rows are tied");
    List<Row> rows = List.of(RowFactory.create(2L, 2.0, "red", null, rejection));

    assertThat(scored(rows.iterator(), BatchBounds.DEFAULT).next().get(7)).isEqualTo(rejection);
  }

  @Test
  void a_rejection_of_the_scorer_is_told_in_full() {
    List<Row> rows = List.of(RowFactory.create(1L, -1.0, "red", null, null));

    Row row = scored(rows.iterator(), BatchBounds.DEFAULT).next();

    assertThat(row.isNullAt(3)).isTrue();
    assertThat(row.getString(6)).isEqualTo("rejected");
    assertThat(row.get(7)).isEqualTo(RowFactory.create("contract", "x", "'-1.0' is too small"));
  }

  @Test
  void the_scorer_is_closed_after_the_last_row_and_asking_again_does_no_harm() {
    ScoredRows scored = scored(new CountedRows(2, "red"), BatchBounds.DEFAULT);
    scored.next();
    scored.next();
    assertThat(scorer.closed).isFalse();

    assertThat(scored.hasNext()).isFalse();
    assertThat(scored.hasNext()).isFalse();

    assertThat(scorer.closed).isTrue();
    assertThatThrownBy(scored::next).isInstanceOf(NoSuchElementException.class);
  }

  /** As Spark hands over an array. */
  private static Object flags(String... flags) {
    return CollectionConverters.asScala(List.of(flags));
  }

  private ScoredRows scored(Iterator<Row> rows, BatchBounds bounds) {
    RowLayout layout = new RowLayout(INPUT, RESULT, TestBundle.contract(), "digest");
    return new ScoredRows(rows, scorer, layout, bounds, null);
  }

  /** Rows that are made when they are asked for. */
  private static final class CountedRows implements Iterator<Row> {
    private final long rows;
    private final String colour;
    private long taken;

    CountedRows(long rows, String colour) {
      this.rows = rows;
      this.colour = colour;
    }

    @Override
    public boolean hasNext() {
      return taken < rows;
    }

    @Override
    public Row next() {
      return RowFactory.create(taken++, 1.0, colour, null, null);
    }
  }
}
