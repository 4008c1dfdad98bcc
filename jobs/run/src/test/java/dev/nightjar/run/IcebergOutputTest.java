package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that publishes to an Iceberg table, read back by Iceberg's own reader. */
class IcebergOutputTest {
  private static final String JOB = "conf/jobs/readings.yaml";
  private static final String INPUT = "data/readings.csv";
  private static final String NEXT_DAY = "2024-03-06";

  @TempDir Path folder;
  private TestProject project;

  /** A catalog of the session, of this test alone: a session keeps those that it has loaded. */
  private String lake;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
    lake = "lake" + Integer.toUnsignedString(folder.hashCode());
    Map.of(
            "", "org.apache.iceberg.spark.SparkCatalog",
            ".type", "hadoop",
            ".cache-enabled", "false",
            ".warehouse", folder.resolve("tables").toString())
        .forEach(
            (key, value) ->
                TestProject.spark().conf().set("spark.sql.catalog." + lake + key, value));
    project.replace(
        JOB,
        "  path: out/readings\n",
        """
          iceberg: {warehouse: tables, table: results.readings}
          state: out/readings
        """);
  }

  @Test
  void the_table_shows_what_is_published_and_a_new_result_takes_the_place_of_the_old_one() {
    assertThat(run(TestProject.DAY).exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(run(NEXT_DAY).exit()).isEqualTo(ExitCode.PUBLISHED);

    assertThat(scores(TestProject.DAY)).isEqualTo(published(TestProject.DAY)).hasSize(4);
    assertThat(scores(NEXT_DAY)).isEqualTo(published(NEXT_DAY)).containsOnlyKeys("7");
    assertThat(table().currentSnapshot().summary())
        .containsEntry("nightjar.job", "readings")
        .containsEntry("nightjar.interval", NEXT_DAY)
        .containsEntry("nightjar.token", "1");
    assertThat(rows(TestProject.DAY).get(0).schema().fieldNames())
        .containsExactly(
            "id",
            "station",
            "alarm",
            "alarm_label",
            ReservedColumns.FLAGS,
            ReservedColumns.BUNDLE,
            ReservedColumns.RUN,
            "_nightjar_interval");

    project.replace(INPUT, "1,2024-03-05T08:00:00Z,10", "1,2024-03-05T08:00:00Z,70");
    project.replace(INPUT, "2,2024-03-05T10:00:00Z,20,green,a\n", "");
    assertThat(run(TestProject.DAY).exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(scores(TestProject.DAY)).isEqualTo(published(TestProject.DAY)).hasSize(3);
    assertThat(scores(TestProject.DAY).get("1")).isEqualTo((float) TestProject.score(70, true, 10));
    assertThat(scores(NEXT_DAY)).hasSize(1);

    // Those who began before keep what they began with.
    Snapshot before = table().snapshot(table().currentSnapshot().parentId());
    assertThat(
            TestProject.spark()
                .read()
                .option("versionAsOf", before.snapshotId())
                .table(lake + ".results.readings")
                .count())
        .isEqualTo(5);
  }

  @Test
  void an_interval_that_comes_out_empty_has_no_rows_in_the_table() {
    project.replace(JOB, "  unassigned-rows: 1\n", "  unassigned-rows: 1\n  min-rows: 0\n");
    run(NEXT_DAY);
    assertThat(scores(NEXT_DAY)).hasSize(1);
    project.replace(INPUT, "7,2024-03-06T08:00:00Z,10,red,a\n", "");

    assertThat(run(NEXT_DAY).exit()).isEqualTo(ExitCode.PUBLISHED);

    assertThat(scores(NEXT_DAY)).isEmpty();
    assertThat(table().currentSnapshot().summary()).containsEntry("nightjar.token", "2");
  }

  @Test
  void a_run_that_dies_before_the_commit_leaves_the_old_rows_and_one_behind_it_is_finished_later() {
    run(TestProject.DAY);
    Map<String, Float> old = scores(TestProject.DAY);
    project.replace(INPUT, "1,2024-03-05T08:00:00Z,10", "1,2024-03-05T08:00:00Z,70");

    RunResult before = runThatFailsAt(Failpoint.SINK_BEFORE_COMMIT);
    assertThat(before.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(scores(TestProject.DAY)).isEqualTo(old).isEqualTo(published(TestProject.DAY));

    RunResult after = runThatFailsAt(Failpoint.SINK_AFTER_COMMIT);
    assertThat(after.exit()).isEqualTo(ExitCode.UNKNOWN);
    assertThat(after.record().ending().reason())
        .isEqualTo(
            "the Iceberg table results.readings of tables shows the result of"
                + " readings/2024-03-05/3, and its manifest could not be written (injected failure"
                + " at sink.after-commit); 'nightjar runs resolve' writes it, or the next run of"
                + " the interval");
    assertThat(store().currentToken(TestProject.DAY)).contains(1L);
    Map<String, Float> shown = scores(TestProject.DAY);
    assertThat(shown).isNotEqualTo(old).hasSize(4);

    RunResult next =
        new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
            .run(project.job(), project.interval(), Repeat.LEAVE);
    assertThat(next.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(next.record().ending().status()).isEqualTo(RunRecord.Status.SKIPPED);
    assertThat(store().currentToken(TestProject.DAY)).contains(3L);
    assertThat(scores(TestProject.DAY)).isEqualTo(shown).isEqualTo(published(TestProject.DAY));
  }

  @Test
  @Tag("soak")
  void columns_are_added_and_what_would_change_them_is_refused() {
    project.replace(JOB, "  pass-through: [station]\n", "");
    run(TestProject.DAY);
    project.replace(JOB, "  state: out", "  pass-through: [station]\n  state: out");
    assertThat(run(NEXT_DAY).exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(rows(TestProject.DAY))
        .allSatisfy(row -> assertThat(row.<String>getAs("station")).isNull());
    assertThat(rows(NEXT_DAY))
        .allSatisfy(row -> assertThat(row.<String>getAs("station")).isEqualTo("a"));

    project.replace(JOB, "pass-through: [station]", "pass-through: [colour]");
    long before = table().currentSnapshot().snapshotId();
    RunResult refused = run(NEXT_DAY);
    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.record().ending().reason())
        .isEqualTo(
            "table 'the Iceberg table results.readings of tables' does not take these rows: the"
                + " column 'station' is not written any more; change the table (alter table … drop"
                + " column), or publish to another one");
    assertThat(table().currentSnapshot().snapshotId()).isEqualTo(before);

    project.replace(JOB, "results.readings", "elsewhere");
    assertThat(run(NEXT_DAY).exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  private RunResult runThatFailsAt(Failpoint at) {
    return Failpoint.during(
        () -> run(TestProject.DAY),
        point -> {
          if (point == at) {
            throw new Failpoint.Injected("at " + point.word());
          }
        });
  }

  private RunResult run(String day) {
    Interval interval = Interval.parse(day, project.job().grain(), project.job().zone());
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
        .run(project.job(), interval);
  }

  private ResultStore store() {
    return ResultStore.at(new Configuration(), folder.resolve("out/readings").toString());
  }

  private String location() {
    return folder.resolve("tables/results/readings").toString();
  }

  private Table table() {
    return new HadoopTables(new Configuration()).load(location());
  }

  private List<Row> rows(String day) {
    return TestProject.spark()
        .read()
        .table(lake + ".results.readings")
        .where("_nightjar_interval = '" + day + "'")
        .collectAsList();
  }

  private Map<String, Float> scores(String day) {
    return byId(rows(day));
  }

  private Map<String, Float> published(String day) {
    Manifest manifest = store().requireCurrent(day);
    List<Row> rows = Results.of(TestProject.spark(), store(), manifest).scored().collectAsList();
    assertThat(rows).hasSize((int) manifest.rows().scored());
    return byId(rows);
  }

  private static Map<String, Float> byId(List<Row> rows) {
    Map<String, Float> scores = new TreeMap<>();
    for (Row row : rows) {
      assertThat(scores.put(row.getAs("id"), row.getAs("alarm"))).as("rows of one key").isNull();
    }
    return scores;
  }
}
