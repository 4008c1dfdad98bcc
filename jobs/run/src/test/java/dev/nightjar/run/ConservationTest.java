package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.result.ResultStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is not what was read: the audit must see it, whatever the counts say. */
class ConservationTest {
  @TempDir Path folder;

  @Test
  void a_row_lost_and_another_doubled_in_a_file_refuse_the_result_and_name_both_keys() {
    TestProject project = TestProject.in(folder);
    project.run();
    RunListener tamperer =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (step == Step.AUDIT) {
              loseAndDouble(project);
            }
          }
        };

    RunResult result = project.run(tamperer);

    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.exit().code()).isEqualTo(3);
    assertThat(result.record().counts().scored()).isEqualTo(4); // the count alone sees nothing
    assertThat(result.record().ending().reason())
        .contains("rows were lost or doubled")
        .contains("Lost: id=1.")
        .contains("Too often: id=2.")
        .contains("Nothing is published");
    ResultStore store =
        ResultStore.at(new Configuration(), project.path("out/readings").toString());
    assertThat(store.current(TestProject.DAY).orElseThrow().token()).isEqualTo(1);
  }

  /** Rewrites the attempt's scored rows: row 2 stands where row 1 stood. */
  private static void loseAndDouble(TestProject project) {
    SparkSession spark = TestProject.spark();
    Path scored =
        project.path("out/readings/data/" + TestProject.DAY + "/2/_nightjar_outcome=scored");
    List<Row> rows = spark.read().parquet(scored.toString()).collectAsList();
    Row second = rows.stream().filter(r -> r.getAs("id").equals("2")).findFirst().orElseThrow();
    List<Row> tampered = rows.stream().map(r -> r.getAs("id").equals("1") ? second : r).toList();
    Path elsewhere = project.path("tampered");
    spark
        .createDataFrame(tampered, second.schema())
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(elsewhere.toString());
    try {
      for (Path file : project.files("out/readings/data/" + TestProject.DAY + "/2")) {
        if (file.getParent().equals(scored)) {
          Files.delete(file);
        }
      }
      for (Path file : project.files("tampered")) {
        if (file.toString().endsWith(".parquet")) {
          Files.copy(file, scored.resolve(file.getFileName()));
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
