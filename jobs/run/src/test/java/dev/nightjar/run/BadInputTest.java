package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users get wrong: each gives one message with the thing and the remedy, the right exit code,
 * and leaves the previous result as it was.
 */
class BadInputTest {
  @TempDir static Path origin;
  private static TestProject published;

  @TempDir Path folder;
  private TestProject project;

  @BeforeAll
  static void publishOnce() {
    published = TestProject.in(origin);
    assertThat(published.run().exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @BeforeEach
  void startFromThePublishedResult() {
    project = TestProject.copyOf(published, folder);
  }

  @Test
  void a_missing_input_file_fails_the_run() {
    delete("data/readings.csv");

    assertEnds(
        project.run(), ExitCode.FAILED, "readings.csv does not exist, so it holds no data file");
  }

  @Test
  void an_interval_without_rows_is_refused() {
    project.write("data/readings.csv", "id,at,x,colour,station\n1,2024-03-09T08:00:00Z,1,red,a\n");

    assertEnds(
        project.run(),
        ExitCode.REFUSED,
        "the interval 2024-03-05 has 0 rows in the input and limits.min-rows asks for 1",
        "say limits.min-rows: 0");
  }

  @Test
  void an_interval_without_rows_is_published_empty_where_that_is_meant() {
    project.write("data/readings.csv", "id,at,x,colour,station\n1,2024-03-09T08:00:00Z,1,red,a\n");
    project.replace("conf/jobs/readings.yaml", "limits:\n", "limits:\n  min-rows: 0\n");

    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(Results.at(TestProject.spark(), out()).scored().count()).isZero();
  }

  @Test
  void a_view_without_rows_is_refused() {
    project.write("data/weather.csv", "station,hour,temp\n");

    assertEnds(
        project.run(),
        ExitCode.REFUSED,
        "the feature view 'weather' holds no rows",
        "limits.empty-views: allow");
  }

  @Test
  void a_view_that_is_not_fresh_at_the_end_of_the_interval_is_refused_where_its_file_says_so() {
    // The newest rows are of 09:00 and 08:00; the day ends fifteen hours after the first.
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 4h\nfresh-within: 14h");
    project.replace(
        "data/weather.csv",
        "station,hour,temp\n",
        "station,hour,temp\na,2024-03-06T01:00:00Z,12.0\n");

    assertEnds(
        project.run(),
        ExitCode.REFUSED,
        "the feature view 'weather' is not fresh: at the end of the interval, 2024-03-06T00:00:00Z,"
            + " its newest row was of 2024-03-05T09:00:00Z, and 'fresh-within' asks for one of the"
            + " last 14h; wait for its table, or change conf/views/weather.yaml");

    project.replace("conf/views/weather.yaml", "fresh-within: 14h", "fresh-within: 15h");
    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @Test
  void a_view_whose_rows_all_came_later_is_not_fresh_either() {
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 4h\nfresh-within: 900d");
    project.write("data/weather.csv", "station,hour,temp\na,2024-03-09T09:00:00Z,1\n");

    assertEnds(project.run(), ExitCode.REFUSED, "none of its rows was there yet");
  }

  @Test
  void a_time_column_of_another_type_is_a_usage_error() {
    TestProject.spark()
        .range(3)
        .selectExpr("id", "id as at", "1.0D as x", "'red' as colour", "'a' as station")
        .write()
        .parquet(project.path("data/readings.parquet").toString());
    project.replace(
        "conf/jobs/readings.yaml",
        "path: data/readings.csv\n  format: csv",
        "path: data/readings.parquet");

    assertEnds(
        project.run(),
        ExitCode.USAGE,
        "the column 'at' (input.time) is a bigint and not a timestamp; cast it in the input, for"
            + " example with sql:");
  }

  @Test
  void a_query_that_is_none_or_names_no_table_is_a_usage_error_in_one_line() {
    project.replace(
        "conf/jobs/readings.yaml", "path: data/readings.csv\n  format: csv", "sql: selct 1");
    assertEnds(project.run(), ExitCode.USAGE, "input.sql: ", "selct");

    project.replace("conf/jobs/readings.yaml", "selct 1", "select * from nowhere");
    String reason = project.run().record().ending().reason();
    assertThat(reason).startsWith("input.sql: ").contains("`nowhere` cannot be found");
    assertThat(reason.lines()).hasSize(1);
  }

  @Test
  void a_damaged_input_file_is_named_and_not_the_task_that_found_it() throws IOException {
    Path parquet = project.path("data/readings.parquet");
    TestProject.spark()
        .range(1000)
        .selectExpr(
            "id",
            "timestamp'2024-03-05 08:00:00Z' as at",
            "1.0D as x",
            "'red' as colour",
            "'a' as station")
        .coalesce(1)
        .write()
        .parquet(parquet.toString());
    project.replace(
        "conf/jobs/readings.yaml",
        "path: data/readings.csv\n  format: csv",
        "path: data/readings.parquet");
    for (Path file : project.files("data/readings.parquet")) {
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      if (file.toString().endsWith(".parquet")) {
        byte[] bytes = Files.readAllBytes(file);
        java.util.Arrays.fill(bytes, 4, bytes.length / 2, (byte) 0x55);
        Files.write(file, bytes);
      }
    }

    RunResult result = project.run();

    assertThat(result.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(result.record().ending().reason())
        .contains("readings.parquet/part-", "cannot be read", "mend or remove the file")
        .doesNotContain("Task", "Exception", "\tat ");
  }

  @Test
  void an_absent_column_is_a_usage_error_with_a_suggestion() {
    project.replace("conf/jobs/readings.yaml", "key: [id]", "key: [idd]");

    assertEnds(
        project.run(),
        ExitCode.USAGE,
        "the input has no column 'idd' (input.key idd); did you mean 'id'?");
  }

  @Test
  void a_value_that_is_no_number_rejects_its_row_alone() {
    project.replace("data/readings.csv", ",10,red,a\n2,", ",ten,red,a\n2,");

    assertRejected(project.run(), "1", "contract", "x", "'ten' is not a finite double");
  }

  @Test
  void feature_rows_that_are_tied_reject_the_input_row_and_exact_duplicates_do_not() {
    project.replace(
        "data/weather.csv",
        "a,2024-03-05T06:00:00Z,10.0\n",
        "a,2024-03-05T06:00:00Z,10.0\na,2024-03-05T06:00:00Z,10.5\nb,2024-03-05T08:00:00Z,20.0\n");

    assertRejected(project.run(), "1", "join", "weather", "2024-03-05T06:00:00Z");
  }

  @Test
  void a_null_key_rejects_its_row_and_is_conserved() {
    project.replace("data/readings.csv", "1,2024-03-05T08", ",2024-03-05T08");

    RunResult result = project.run();

    assertThat(result.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(result.record().counts()).isEqualTo(new RunRecord.Counts(6, 3, 1, 2, 1));
    assertThat(result.record().rejections())
        .contains(
            new RunRecord.Rejections(
                "join", "id", "the key is null, so the row cannot be named", 1));
  }

  @Test
  void floating_point_keys_are_a_usage_error() {
    project.replace(
        "conf/jobs/readings.yaml", "format: csv", "format: csv\n  columns: {id: double}");

    assertEnds(
        project.run(),
        ExitCode.USAGE,
        "the key column 'id' is a double; floating-point numbers cannot name rows");
  }

  @Test
  void an_unseen_category_rejects_its_row_alone() {
    project.replace("data/readings.csv", ",20,green,a", ",20,mauve,a");

    assertRejected(project.run(), "2", "contract", "colour", "'mauve' is not a known category");
  }

  @Test
  void a_nan_in_a_feature_rejects_its_row_alone() {
    project.replace("data/weather.csv", "T08:00:00Z,20.0", "T08:00:00Z,NaN");

    assertRejected(project.run(), "3", "contract", "temp", "'NaN' is not a finite double");
  }

  @Test
  void a_null_as_of_time_matches_no_feature_row_and_is_flagged() {
    project.write(
        "data/readings.csv",
        """
        id,at,x,colour,station,asked
        1,2024-03-05T08:00:00Z,10,red,a,
        2,2024-03-05T10:00:00Z,20,green,a,2024-03-05T10:00:00Z
        """);
    project.replace("conf/jobs/readings.yaml", "as-of: at", "as-of: asked");

    RunResult result = project.run();

    assertThat(result.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(result.record().flags()).containsEntry("no-row:weather", 1L);
    assertThat(result.record().counts()).isEqualTo(new RunRecord.Counts(2, 2, 0, 0, 0));
  }

  @Test
  void a_bundle_with_a_flipped_byte_fails_and_names_the_file() {
    flip(project.path("bundles/readings/source/model.zip"));

    assertEnds(
        project.run(),
        ExitCode.FAILED,
        "the bundle",
        "is damaged: source/model.zip has the SHA-256",
        "fetch or package it again");
  }

  @Test
  void a_view_that_training_joined_otherwise_is_a_usage_error() {
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 2h");

    assertEnds(
        project.run(),
        ExitCode.USAGE,
        "the feature view 'weather' is not the one that the bundle was trained with: max-age is 2h"
            + " here and 4h there");
  }

  @Test
  void too_many_rejected_rows_are_refused_and_kept_to_look_at() {
    project.replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: 1%");

    assertEnds(
        project.run(),
        ExitCode.REFUSED,
        "1 of 6 rows are rejected and limits.rejected-rows allows 1%",
        "1 at contract: x '-5.0' is outside the range");
  }

  @Test
  void too_many_rows_without_a_time_are_refused() {
    project.replace("conf/jobs/readings.yaml", "unassigned-rows: 1", "unassigned-rows: 0");

    assertEnds(
        project.run(),
        ExitCode.REFUSED,
        "1 of 8 input rows have no at, so they belong to no interval",
        "limits.unassigned-rows allows 0");
  }

  @Test
  void an_unknown_job_is_named_with_the_nearest_one() {
    assertThatThrownBy(() -> Project.open(folder, Environment.empty()).job("reading"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no job 'reading' here; did you mean 'readings'?");
  }

  @Test
  void malformed_yaml_is_told_with_file_and_line() {
    project.replace("conf/jobs/readings.yaml", "key: [id]", "key: [id");

    assertThatThrownBy(project::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("readings.yaml:9")
        .hasMessageContaining("this is not YAML");
  }

  @Test
  void an_output_path_that_cannot_be_written_is_told_before_anything_is_read() {
    project.write("in-the-way", "a file");
    project.replace("conf/jobs/readings.yaml", "path: out/readings", "path: in-the-way/readings");

    assertThatThrownBy(project::run)
        .isInstanceOf(ResultException.class)
        .hasMessageContaining(
            "in-the-way/readings' cannot be written: Parent path is not a directory")
        .hasMessageEndingWith("take away what is in the way, allow writing, or give another path");
  }

  private void assertEnds(RunResult result, ExitCode exit, String... words) {
    assertThat(result.record().ending().reason()).contains(words);
    assertThat(result.exit()).isEqualTo(exit);
    assertThat(result.manifest()).isEmpty();
    ResultStore store = ResultStore.at(new Configuration(), out());
    assertThat(store.current(TestProject.DAY).orElseThrow().token()).isEqualTo(1);
    assertThat(Results.at(TestProject.spark(), out()).scored().count()).isEqualTo(4);
    assertThat(store.records(TestProject.DAY)).hasSize(2);
  }

  private void assertRejected(
      RunResult result, String id, String stage, String field, String reason) {
    assertThat(result.exit()).isEqualTo(ExitCode.PUBLISHED);
    RunRecord.Counts counts = result.record().counts();
    assertThat(counts.scored() + counts.filtered() + counts.rejected()).isEqualTo(counts.read());
    Row row =
        Results.at(TestProject.spark(), out())
            .quarantine()
            .filter(functions.col("id").equalTo(id))
            .select("_nightjar_rejection.*")
            .head();
    assertThat(row.getString(0)).isEqualTo(stage);
    assertThat(row.getString(1)).isEqualTo(field);
    assertThat(row.getString(2)).contains(reason);
  }

  private String out() {
    return project.path("out/readings").toString();
  }

  private void delete(String relative) {
    try {
      Files.delete(project.path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
