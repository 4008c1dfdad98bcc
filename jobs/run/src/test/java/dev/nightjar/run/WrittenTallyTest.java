package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.data.KeyHasher;
import dev.nightjar.result.RunRecord;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class WrittenTallyTest {
  private static final String COLUMNS =
      " as t(id, day, _nightjar_outcome, _nightjar_flags, _nightjar_rejection)";

  private static Dataset<Row> rows() {
    return TestProject.spark()
        .sql(
            """
            select * from values
              (1, date'2024-03-05', 'scored', array('a', 'b'), null),
              (2, date'2024-03-05', 'scored', array('b'), null),
              (2, date'2024-03-05', 'filtered', array(), null),
              (4, null, 'rejected', array('c'), named_struct('stage', 'contract', 'field', 'x', 'reason', 'r2')),
              (5, null, 'rejected', array('b'), named_struct('stage', 'contract', 'field', 'x', 'reason', 'r1')),
              (6, null, 'rejected', array(), named_struct('stage', 'contract', 'field', 'ü', 'reason', 'r3')),
              (7, null, 'rejected', array(), named_struct('stage', 'join', 'field', 'w', 'reason', 'r4'))
            """
                + COLUMNS);
  }

  @Test
  void outcomes_flags_rejections_and_keys_are_told_in_order_whatever_the_partitions() {
    KeyHasher hasher = new KeyHasher();
    KeyDigest keys = KeyDigest.EMPTY;
    for (int id : new int[] {1, 2, 2, 4, 5, 6, 7}) {
      hasher.addLong(id);
      if (id < 4) {
        hasher.addDate(19_787); // 2024-03-05
      } else {
        hasher.addNull();
      }
      keys = keys.plus(hasher.finish());
    }

    for (int partitions : new int[] {1, 3, 9}) {
      WrittenTally tally = WrittenTally.of(rows().repartition(partitions), List.of("id", "day"));

      assertThat(tally.counts())
          .isEqualTo(Map.of(Outcome.SCORED, 2L, Outcome.FILTERED, 1L, Outcome.REJECTED, 4L));
      assertThat(tally.flags().toString()).isEqualTo("{b=3, a=1, c=1}");
      assertThat(tally.rejections())
          .containsExactly(
              new RunRecord.Rejections("contract", "x", "r1", 2),
              new RunRecord.Rejections("contract", "ü", "r3", 1),
              new RunRecord.Rejections("join", "w", "r4", 1));
      assertThat(tally.keys()).isEqualTo(keys);
    }
  }

  @Test
  void no_rows_come_to_nothing_of_each_kind() {
    WrittenTally tally = WrittenTally.of(rows().filter("false"), List.of("id"));

    assertThat(tally.counts())
        .isEqualTo(Map.of(Outcome.SCORED, 0L, Outcome.FILTERED, 0L, Outcome.REJECTED, 0L));
    assertThat(tally.rejections()).isEmpty();
    assertThat(tally.flags()).isEmpty();
    assertThat(tally.keys()).isEqualTo(KeyDigest.EMPTY);
  }
}
