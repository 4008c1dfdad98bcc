package dev.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bench.peer.Contestant;
import dev.nightjar.bench.peer.JoinedJob;
import dev.nightjar.bench.work.JoinWork;
import dev.nightjar.bench.work.Preparation;
import dev.nightjar.bench.work.Prepared;
import dev.nightjar.bench.work.Workload;
import dev.nightjar.bench.worker.Session;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ReservedColumns;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Those who are compared do the same work: nobody is faster because it computes less. Of j3 and j4
 * a run of the benchmark finds out itself.
 */
class ContestantsTest {
  private static final long ROWS = 600;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"j1", "j2"})
  void allGiveTheSameScores(String job) {
    SparkSession spark = Session.open();
    Prepared prepared = new Prepared(Workload.named(job), folder);
    new Preparation(spark).write(prepared, ROWS);

    Dataset<Row> rows = prepared.rows(spark);
    Dataset<Row> ours = Contestant.NIGHTJAR.ready(spark, prepared).score(rows);
    assertThat(ours.select(ReservedColumns.OUTCOME).distinct().collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly(word(Outcome.SCORED));
    Map<Long, Float> scores = scores(ours);
    assertThat(scores).hasSize((int) ROWS);
    assertThat(scores.values().stream().distinct().count()).isGreaterThan(ROWS / 2);
    assertSame(scores(Contestant.BY_THE_BOOK.ready(spark, prepared).score(rows)), scores);
    assertSame(scores(Contestant.HAND_WRITTEN.ready(spark, prepared).score(rows)), scores);
  }

  @Test
  void theConstantCostsNoModel() {
    SparkSession spark = Session.open();
    Prepared prepared = new Prepared(Workload.named("j2"), folder);
    new Preparation(spark).write(prepared, ROWS);

    Map<Long, Float> scores =
        scores(Contestant.CONSTANT.ready(spark, prepared).score(prepared.rows(spark)));

    assertThat(scores).hasSize((int) ROWS);
    assertThat(scores.values()).containsOnly(0.5f);
  }

  @Test
  void bothJobsGiveTheSameScores() {
    SparkSession spark = Session.open();
    JoinWork work = new JoinWork(folder);
    work.write(spark, ROWS);
    JoinedJob job = new JoinedJob(spark, work);

    assertThat(job.run()).containsKeys("preflight", "score", "audit", "publish");

    Map<Long, Float> published =
        scores(spark.read().format("nightjar").load(work.output().toString()));
    assertThat(published).hasSize((int) ROWS);
    assertSame(scores(job.byTheBook()), published);
  }

  private static String word(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static Map<Long, Float> scores(Dataset<Row> scored) {
    Map<Long, Float> scores = new TreeMap<>();
    for (Row row : scored.select(Workload.ID, Workload.SCORE).collectAsList()) {
      assertThat(scores.put(row.getLong(0), row.getFloat(1))).isNull();
    }
    return scores;
  }

  private static void assertSame(Map<Long, Float> theirs, Map<Long, Float> ours) {
    assertThat(theirs.keySet()).isEqualTo(ours.keySet());
    theirs.forEach(
        (id, score) ->
            assertThat(Tolerance.DEFAULT.holds(ours.get(id), score))
                .as("row %d: %s by Nightjar, %s by the other", id, ours.get(id), score)
                .isTrue());
  }
}
