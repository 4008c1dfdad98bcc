package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Which rows carry along what the scorer read of them, and what they carry. */
class RowSamplerTest {
  private static final StructType ROWS =
      new StructType().add("id", "long").add("x", "double").add("colour", "string");

  private static final StructType RESULT =
      new StructType()
          .add("id", "long")
          .add("alarm", "float")
          .add("alarm_label", "boolean")
          .add("_nightjar_flags", "array<string>")
          .add("_nightjar_outcome", "string")
          .add("_nightjar_rejection", Scoring.REJECTION_TYPE)
          .add("_nightjar_bundle", "string")
          .add(ReservedColumns.SAMPLE, "binary");

  private static final int SAMPLE = RESULT.size() - 1;
  private static final int ALL = 20_000;

  @Test
  void a_task_that_is_tried_again_chooses_the_same_rows_however_they_come() {
    Sampling sampling = Sampling.of(100, ALL, 1, "readings/2024-03-05/1");
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, ALL).boxed().toList());
    Collections.shuffle(shuffled, new Random(7));

    Map<Long, byte[]> first = blocks(IntStream.range(0, ALL).boxed().toList(), 4096, sampling);
    Map<Long, byte[]> again = blocks(shuffled, 100, sampling);

    assertThat(again).containsOnlyKeys(first.keySet());
    first.forEach((id, bytes) -> assertThat(again.get(id)).isEqualTo(bytes));
  }

  @Test
  void the_public_interface_of_spark_chooses_the_same() {
    Sampling sampling = Sampling.of(100, ALL, 1, "readings/2024-03-05/1");
    List<Integer> ids = IntStream.range(0, ALL).boxed().toList();

    assertThat(rows(ids, sampling)).containsOnlyKeys(blocks(ids, 4096, sampling).keySet());
  }

  @Test
  void another_run_chooses_other_rows() {
    List<Integer> ids = IntStream.range(0, ALL).boxed().toList();

    Map<Long, byte[]> one = blocks(ids, 4096, Sampling.of(100, ALL, 1, "readings/2024-03-05/1"));
    Map<Long, byte[]> two = blocks(ids, 4096, Sampling.of(100, ALL, 1, "readings/2024-03-05/2"));

    assertThat(one.keySet()).isNotEqualTo(two.keySet());
  }

  /** 100 are wanted: about 160 of the scored rows, ten times as large a share of the others. */
  @Test
  void rather_more_are_chosen_than_are_wanted_and_rejected_ones_ten_times_as_often() {
    Map<Long, byte[]> chosen =
        blocks(
            IntStream.range(0, ALL).boxed().toList(),
            4096,
            Sampling.of(100, ALL, 1, "readings/2024-03-05/1"));

    long rejected = chosen.keySet().stream().filter(RowSamplerTest::isRejected).count();
    assertThat(chosen.size() - rejected).isBetween(100L, 220L);
    assertThat(rejected).isBetween(20L, 160L); // of 1,000
  }

  @Test
  void of_few_rows_all_are_chosen() {
    List<Integer> ids = IntStream.range(0, 100).boxed().toList();

    assertThat(blocks(ids, 10, Sampling.of(100, 100, 1, "a run"))).hasSize(100);
  }

  @Test
  void a_chosen_row_carries_what_was_read_and_made_of_it() {
    byte[] sealed = blocks(List.of(3), 10, Sampling.of(1, 1, 1, "a run")).get(3L);

    SampledRow row = SampledRow.open(sealed, TestBundle.contract()).orElseThrow();

    assertThat(row.inputs())
        .isEqualTo(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("colour", DataType.STRING)));
    assertThat(row.row().input()).containsEntry("x", 3.0).containsEntry("colour", "red");
    assertThat(row.row().flags()).containsExactly("seen");
    assertThat(row.row().values().outcome()).isEqualTo(Outcome.SCORED);
    assertThat(row.row().outputs()).containsEntry("alarm", 3.0f).containsEntry("alarm_label", true);
  }

  @Test
  void a_byte_that_changes_breaks_the_seal() {
    byte[] sealed = blocks(List.of(3), 10, Sampling.of(1, 1, 1, "a run")).get(3L);

    for (int i : new int[] {0, 31, 32, 40, sealed.length - 2}) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThat(SampledRow.open(changed, TestBundle.contract())).as("byte %s", i).isEmpty();
    }
    assertThat(SampledRow.open(new byte[0], TestBundle.contract())).isEmpty();
  }

  /** Every twentieth row is one that the scorer rejects. */
  private static boolean isRejected(long id) {
    return id % 20 == 19;
  }

  private static double x(int id) {
    return isRejected(id) ? -1.0 : id;
  }

  private static Map<Long, byte[]> blocks(List<Integer> ids, int atOnce, Sampling sampling) {
    EchoScorer scorer = new EchoScorer();
    RowLayout layout = new RowLayout(ROWS, RESULT, TestBundle.contract(), "digest");
    ScoredBlocks scored =
        new ScoredBlocks(
            new RowBlocks(
                ids.stream()
                    .map(
                        id ->
                            (InternalRow)
                                new GenericInternalRow(
                                    new Object[] {(long) id, x(id), UTF8String.fromString("red")}))
                    .iterator(),
                layout,
                new BatchBounds(atOnce, 1L << 30)),
            scorer,
            layout,
            new RowSampler(sampling, RESULT, scorer));
    Map<Long, byte[]> chosen = new LinkedHashMap<>();
    scored.forEachRemaining(
        row -> {
          if (!row.isNullAt(SAMPLE)) {
            chosen.put(row.getLong(0), row.getBinary(SAMPLE));
          }
        });
    return chosen;
  }

  private static Map<Long, byte[]> rows(List<Integer> ids, Sampling sampling) {
    EchoScorer scorer = new EchoScorer();
    ScoredRows scored =
        new ScoredRows(
            ids.stream().map(id -> RowFactory.create((long) id, x(id), "red")).iterator(),
            scorer,
            new RowLayout(ROWS, RESULT, TestBundle.contract(), "digest"),
            BatchBounds.DEFAULT,
            new RowSampler(sampling, RESULT, scorer));
    Map<Long, byte[]> chosen = new LinkedHashMap<>();
    while (scored.hasNext()) {
      Row row = scored.next();
      if (!row.isNullAt(SAMPLE)) {
        chosen.put(row.getLong(0), row.getAs(SAMPLE));
      }
    }
    return chosen;
  }
}
