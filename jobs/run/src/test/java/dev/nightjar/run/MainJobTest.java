package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainJobTest {
  /** A project that has run once, for the tests that only look at what came of it. */
  @TempDir static Path publishedFolder;

  private static TestProject published;
  private static RunResult first;

  @TempDir Path folder;

  @BeforeAll
  static void runOnce() {
    published = TestProject.in(publishedFolder);
    first = published.run();
  }

  @Test
  void a_day_of_input_becomes_published_scores_that_add_up() {
    assertThat(first.failure()).isEmpty();
    assertThat(first.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(first.record().counts()).isEqualTo(new RunRecord.Counts(6, 4, 1, 1, 1));
    assertThat(first.record().keys().input()).isEqualTo(first.record().keys().output());
    assertThat(first.record().rejections())
        .containsExactly(
            new RunRecord.Rejections(
                "contract", "x", "'-5.0' is outside the range [0.0, 100.0]", 1));
    assertThat(first.record().flags())
        .containsEntry("no-row:weather", 1L)
        .doesNotContainKey("imputed:temp");
    assertThat(first.record().steps())
        .extracting(RunRecord.Step::name)
        .containsExactly("preflight", "read", "score", "audit", "publish");
    assertThat(first.record().parity()).as("the job asks for a sample of none").isNull();
  }

  @Test
  void scores_are_those_of_the_network_over_point_in_time_features() {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : scored(published).collectAsList()) {
      rows.put(row.getAs("id"), row);
    }

    assertThat(rows).containsOnlyKeys("1", "2", "3", "5");
    assertScore(rows.get("1"), TestProject.score(10, true, 10.0));
    assertScore(rows.get("2"), TestProject.score(20, false, 12.0));
    assertScore(rows.get("3"), TestProject.score(30, true, 20.0));
    assertScore(rows.get("5"), TestProject.score(40, false, TestProject.meanTemp()));
    assertThat(rows.get("5").getList(rows.get("5").fieldIndex("_nightjar_flags")))
        .isEqualTo(List.of("no-row:weather"));
    assertThat(rows.get("1").<String>getAs("station")).isEqualTo("a");
    assertThat(rows.get("1").<String>getAs("_nightjar_run"))
        .isEqualTo("readings/" + TestProject.DAY + "/1");
  }

  private static void assertScore(Row row, double expected) {
    assertThat((double) row.<Float>getAs("alarm")).isCloseTo(expected, within(1e-6));
    assertThat(row.<Boolean>getAs("alarm_label")).isEqualTo(expected >= 0.5);
  }

  @Test
  void rejected_and_filtered_rows_are_kept_beside_the_scores() {
    Results results = Results.at(TestProject.spark(), published.path("out/readings").toString());

    assertThat(results.quarantine().select("id", "_nightjar_rejection.stage").collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getString(1))
        .containsExactly("6 contract");
    assertThat(results.filtered().select("id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("4");
  }

  @Test
  void a_second_run_replaces_the_result_of_the_interval() {
    TestProject project = TestProject.in(folder);
    project.run();
    List<Row> before = scored(project).orderBy("id").select("id", "alarm").collectAsList();
    project.replace("data/readings.csv", "3,2024-03-05T08:30:00Z,30,red,b\n", "");

    RunResult second = project.run();

    assertThat(second.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(second.record().token()).isEqualTo(2);
    List<Row> after = scored(project).orderBy("id").select("id", "alarm").collectAsList();
    assertThat(after).hasSize(3).isSubsetOf(before);
    assertThat(store(project).published()).extracting(Manifest::token).containsExactly(2L);
  }

  @Test
  void the_same_input_gives_the_same_rows_flags_and_scores_again() {
    TestProject project = TestProject.in(folder);
    String columns = "id,station,alarm,alarm_label,_nightjar_flags,_nightjar_bundle";
    project.run();
    List<Row> first = chosen(project, columns);
    project.run();

    assertThat(chosen(project, columns)).isEqualTo(first);
  }

  @Test
  void results_are_read_by_sql_through_the_data_source() {
    Row row =
        TestProject.spark()
            .read()
            .format("nightjar")
            .load(published.path("out/readings").toString())
            .selectExpr("count(*)", "avg(alarm)")
            .head();

    assertThat(row.getLong(0)).isEqualTo(4);
  }

  @Test
  void a_newer_attempt_that_published_meanwhile_supersedes_the_run() {
    TestProject project = TestProject.in(folder);
    RunListener overtaken =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (step == Step.PUBLISH) {
              assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
            }
          }
        };

    RunResult result = project.run(overtaken);

    assertThat(result.exit()).isEqualTo(ExitCode.SUPERSEDED);
    assertThat(result.exit().code()).isEqualTo(4);
    assertThat(result.record().ending().reason())
        .isEqualTo("attempt 2 has published a newer result, which stands");
    assertThat(store(project).current(TestProject.DAY).orElseThrow().token()).isEqualTo(2);
  }

  @Test
  void trying_out_writes_nothing() {
    TestProject project = TestProject.in(folder);

    Trial trial =
        new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
            .tryOut(project.job(), project.interval(), Optional.of(3));

    assertThat(trial.input()).isEqualTo(6);
    assertThat(trial.counts().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3);
    assertThat(trial.refusal()).isEmpty();
    assertThat(project.path("out")).doesNotExist();
  }

  @Test
  void trying_out_tells_of_a_limit_that_a_run_would_break() {
    TestProject project = TestProject.in(folder);
    project.replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: 0");

    Trial trial =
        new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
            .tryOut(project.job(), project.interval(), Optional.empty());

    assertThat(trial.refusal().orElseThrow())
        .contains("1 of 6 rows are rejected and limits.rejected-rows allows 0");
  }

  @Test
  void a_listener_that_fails_after_publishing_does_not_deny_the_result() {
    TestProject project = TestProject.in(folder);
    RunListener failing =
        new RunListener() {
          @Override
          public void finished(Step step, Duration took) {
            throw new IllegalStateException("a listener's own trouble");
          }
        };

    assertThat(project.run(failing).exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @Test
  void an_error_that_is_no_exception_ends_in_a_record_too() {
    TestProject project = TestProject.in(folder);
    RunListener failing =
        new RunListener() {
          @Override
          public void started(Step step) {
            throw new UnsatisfiedLinkError("no nd4jcpu in java.library.path");
          }
        };

    RunResult result = project.run(failing);

    assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(store(project).records(TestProject.DAY))
        .singleElement()
        .extracting(record -> record.ending().reason())
        .asString()
        .contains("no nd4jcpu in java.library.path");
  }

  @Test
  void an_attempt_without_a_record_is_listed() {
    TestProject project = TestProject.in(folder);
    long token = store(project).claim(TestProject.DAY, "somebody who died");

    assertThat(store(project).records())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.token()).isEqualTo(token);
              assertThat(record.ending().reason())
                  .contains("the attempt is running, or its process died");
            });
  }

  @Test
  void rows_that_arrive_while_the_run_is_under_way_refuse_it() {
    TestProject project = TestProject.in(folder);
    RunListener upstream =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (step == Step.SCORE) {
              project.replace(
                  "data/readings.csv",
                  "7,2024-03-06",
                  "9,2024-03-05T11:00:00Z,10,red,a\n7,2024-03-06");
            }
          }
        };

    RunResult result = project.run(upstream);

    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.record().ending().reason())
        .contains("the input was changed while the run was under way: ")
        .contains("data/readings.csv had 263 bytes and has 295. Nothing is published; run again");
  }

  private static List<Row> chosen(TestProject project, String columns) {
    return scored(project).orderBy("id").selectExpr(columns.split(",")).collectAsList();
  }

  private static Dataset<Row> scored(TestProject project) {
    return Results.at(TestProject.spark(), project.path("out/readings").toString()).scored();
  }

  private static ResultStore store(TestProject project) {
    return ResultStore.at(new Configuration(), project.path("out/readings").toString());
  }
}
