package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.BundleException;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class FailureTest {

  @Test
  void what_we_say_ourselves_is_told_from_below_whatever_is_wrapped_around_it() {
    BundleException known = new BundleException("the bundle is damaged; package it again");
    Failure failure =
        Failure.of(new IllegalStateException("Job aborted", new SparkException("Task 0", known)));

    assertThat(failure.message()).isEqualTo("the bundle is damaged; package it again");
    assertThat(failure.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(Failure.of(new RuntimeException(new RefusedException("too many"))).exit())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void what_nobody_has_foreseen_is_one_line_and_a_way_to_learn_more() {
    IOException root = new IOException("\nBroken pipe\n\tat java.base/x.y(Z.java:1)");

    assertThat(Failure.of(new SparkException("Job aborted\n\tat a", root)).message())
        .isEqualTo("Broken pipe (--verbose shows where this came from)");
  }

  @Test
  void a_stage_that_lost_its_rows_too_often_is_told_as_executors_that_died() {
    SparkException thrown =
        new SparkException(
            "Job aborted due to stage failure: ResultStage 19 (save at A.java:1) has failed the"
                + " maximum allowable number of times: 4. Most recent failure reason:\n"
                + "org.apache.spark.shuffle.MetadataFetchFailedException: Missing an output location");

    assertThat(Failure.of(thrown).message())
        .isEqualTo(
            "executors died 4 times with rows that they held for others, and Spark does not try"
                + " again. A row ends the process, in native code or by its memory, or machines are"
                + " lost; nothing is published. The executors' logs tell more; score parts of the"
                + " interval to find the row, and give executors more memory if it is that");
  }

  @Test
  void a_full_disk_is_told_by_the_path_that_was_written_to() {
    IOException root = new IOException("No space left on device");
    SparkException task =
        new SparkException(
            "TASK_WRITE_FAILED",
            scala.collection.immutable.Map.from(
                CollectionConverters.asScala(Map.of("path", "file:/out/data/2024-03-05/2"))),
            root);

    assertThat(Failure.of(new SparkException("Job aborted", task)).message())
        .isEqualTo(
            "No space left on device: the attempt's files under file:/out/data/2024-03-05/2 cannot"
                + " be written; nothing is published, make room on that disk and run the interval"
                + " again");
  }

  @Test
  void a_full_disk_of_sparks_own_files_is_told_as_that() {
    IOException root = new IOException("No space left on device");
    root.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("java.io.FileOutputStream", "writeBytes", null, 1),
          new StackTraceElement("org.apache.spark.storage.DiskBlockObjectWriter", "x", null, 1)
        });

    assertThat(Failure.of(new SparkException("Job aborted", root)).message())
        .contains("Spark cannot write its own files, which lie in spark.local.dir");
    root.setStackTrace(new StackTraceElement[0]);
    assertThat(Failure.of(new SparkException("Job aborted", root)).message())
        .contains("the disk of the output path or of spark.local.dir");
  }

  @Test
  void spark_that_was_stopped_under_a_run_is_told_as_that() {
    Failure failure =
        Failure.interrupted(new IllegalStateException("stopped SparkContext was created at:\nx"));

    assertThat(failure.message())
        .startsWith("Spark was stopped while the run was under way")
        .endsWith("run the interval again");
    assertThat(failure.exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void a_row_that_kills_its_executors_is_told_by_its_partition() {
    SparkException aborted =
        new SparkException(
            "Job aborted due to stage failure: Task 3 in stage 12.0 failed 4 times, most recent"
                + " failure: Lost task 3.3 in stage 12.0 (TID 41) (10.0.0.7 executor 5):"
                + " ExecutorLostFailure (executor 5 exited caused by one of the running tasks)"
                + " Reason: Command exited with code 134\nDriver stacktrace:");

    assertThat(Failure.of(aborted).message())
        .contains("4 executors died over the rows of partition 3 (stage 12.0)")
        .contains("executor 5, by: Command exited with code 134.")
        .contains("nothing is published, and Spark does not try again");
  }
}
