package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** How a partition is walked past Spark's public interface, without Spark and without a network. */
class ScoredBlocksTest {
  private static final StructType ROWS =
      new StructType()
          .add("id", "long")
          .add("x", "double")
          .add("colour", "string")
          .add("_nightjar_flags", "array<string>")
          .add("_nightjar_rejection", Scoring.REJECTION_TYPE);

  private static final StructType VECTORS =
      new StructType().add("id", "long").add("x", "double").add("colour", "string");

  private static final StructType RESULT =
      new StructType()
          .add("id", "long")
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
    ScoredBlocks scored = scored(rows, new BatchBounds(256, 1L << 30));

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
    scored(new CountedRows(100, "r".repeat(1000)), new BatchBounds(4096, 10_000))
        .forEachRemaining(row -> {});

    // Two bytes a character: a text that is not Latin takes so much.
    assertThat(scorer.batches).allMatch(size -> size <= 5).hasSize(20);
  }

  @Test
  void a_row_above_the_bound_is_a_batch_of_its_own() {
    scored(new CountedRows(3, "red"), new BatchBounds(4096, 1)).forEachRemaining(row -> {});

    assertThat(scorer.batches).containsExactly(1, 1, 1);
  }

  @Test
  void a_row_that_comes_rejected_is_passed_on_with_its_flags_and_not_scored() {
    InternalRow rejection = row(text("join"), text("weather"), text("two rows are tied"));
    List<InternalRow> rows =
        List.of(
            row(1L, 1.0, text("red"), flags(), null),
            row(2L, 2.0, text("red"), flags("stale:weather"), rejection),
            row(3L, 3.0, text("red"), flags("no-row:planes"), null));

    List<InternalRow> out = new ArrayList<>();
    scored(rows.iterator(), BatchBounds.DEFAULT).forEachRemaining(row -> out.add(row.copy()));

    assertThat(scorer.batches).containsExactly(2);
    assertThat(out).extracting(row -> row.getLong(0)).containsExactly(1L, 2L, 3L);
    assertThat(out.get(1).isNullAt(1)).isTrue();
    assertThat(words(out.get(1))).containsExactly("stale:weather");
    assertThat(out.get(1).getUTF8String(4)).isEqualTo(text("rejected"));
    assertThat(out.get(1).getStruct(5, 3).getUTF8String(2)).isEqualTo(text("two rows are tied"));
    assertThat(out.get(2).getFloat(1)).isEqualTo(3.0f);
    assertThat(words(out.get(2))).containsExactly("no-row:planes", "seen");
  }

  @Test
  void a_rejection_of_the_scorer_is_told_in_full() {
    InternalRow out =
        scored(List.of(row(1L, -1.0, text("red"), null, null)).iterator(), BatchBounds.DEFAULT)
            .next();

    assertThat(out.isNullAt(1)).isTrue();
    assertThat(out.getUTF8String(4)).isEqualTo(text("rejected"));
    InternalRow why = out.getStruct(5, 3);
    assertThat(why.getUTF8String(0)).isEqualTo(text("contract"));
    assertThat(why.getUTF8String(1)).isEqualTo(text("x"));
    assertThat(why.getUTF8String(2)).isEqualTo(text("'-1.0' is too small"));
  }

  @Test
  void a_row_that_is_kept_stays_as_it_was_when_the_next_one_comes() {
    ScoredBlocks scored = scored(new CountedRows(3, "red"), BatchBounds.DEFAULT);

    InternalRow first = scored.next().copy();
    scored.next();

    assertThat(first.getLong(0)).isZero();
    assertThat(first.getFloat(1)).isEqualTo(1.0f);
    assertThat(first.getBoolean(2)).isTrue();
    assertThat(words(first)).containsExactly("seen");
    assertThat(first.getUTF8String(6)).isEqualTo(text("digest"));
  }

  @Test
  void the_scorer_is_closed_after_the_last_row_and_asking_again_does_no_harm() {
    ScoredBlocks scored = scored(new CountedRows(2, "red"), BatchBounds.DEFAULT);
    scored.next();
    scored.next();
    assertThat(scorer.closed).isFalse();

    assertThat(scored.hasNext()).isFalse();
    assertThat(scored.hasNext()).isFalse();

    assertThat(scorer.closed).isTrue();
    assertThatThrownBy(scored::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void vectors_are_cut_into_batches_and_long_texts_end_them_early() {
    RowLayout layout = layout(VECTORS);
    List<ColumnarBatch> batches =
        List.of(vectors(0, 10, "red"), vectors(10, 0, "red"), vectors(10, 3, "r".repeat(1000)));
    ScoredBlocks scored =
        new ScoredBlocks(
            new ColumnBlocks(batches.iterator(), layout, new BatchBounds(4, 4_000)),
            scorer,
            layout,
            null);

    List<Long> ids = new ArrayList<>();
    scored.forEachRemaining(row -> ids.add(row.getLong(0)));

    assertThat(ids).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
    assertThat(scorer.batches).containsExactly(4, 4, 2, 2, 1);
  }

  private static ColumnarBatch vectors(long first, int rows, String colour) {
    OnHeapColumnVector id = new OnHeapColumnVector(Math.max(1, rows), DataTypes.LongType);
    OnHeapColumnVector x = new OnHeapColumnVector(Math.max(1, rows), DataTypes.DoubleType);
    OnHeapColumnVector text = new OnHeapColumnVector(Math.max(1, rows), DataTypes.StringType);
    for (int i = 0; i < rows; i++) {
      id.putLong(i, first + i);
      x.putDouble(i, 1.0);
      text.putByteArray(i, colour.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    return new ColumnarBatch(new ColumnVector[] {id, x, text}, rows);
  }

  private static List<String> words(InternalRow row) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < row.getArray(3).numElements(); i++) {
      words.add(row.getArray(3).getUTF8String(i).toString());
    }
    return words;
  }

  private static InternalRow row(Object... values) {
    return new GenericInternalRow(values);
  }

  private static UTF8String text(String text) {
    return UTF8String.fromString(text);
  }

  private static Object flags(String... flags) {
    Object[] texts = new Object[flags.length];
    for (int i = 0; i < flags.length; i++) {
      texts[i] = text(flags[i]);
    }
    return new GenericArrayData(texts);
  }

  private static RowLayout layout(StructType input) {
    return new RowLayout(input, RESULT, TestBundle.contract(), "digest");
  }

  private ScoredBlocks scored(Iterator<InternalRow> rows, BatchBounds bounds) {
    RowLayout layout = layout(ROWS);
    return new ScoredBlocks(new RowBlocks(rows, layout, bounds), scorer, layout, null);
  }

  /** Rows that are made when they are asked for, in one object, as Spark does. */
  private static final class CountedRows implements Iterator<InternalRow> {
    private final long rows;
    private final InternalRow row;
    private long taken;

    CountedRows(long rows, String colour) {
      this.rows = rows;
      this.row = row(0L, 1.0, text(colour), null, null);
    }

    @Override
    public boolean hasNext() {
      return taken < rows;
    }

    @Override
    public InternalRow next() {
      row.update(0, taken++);
      return row;
    }
  }
}
