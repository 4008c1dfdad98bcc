package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import java.io.StringWriter;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptTest {
  private static final String WRITER =
      "org.apache.spark.sql.execution.datasources.DynamicPartitionDataConcurrentWriter";

  @TempDir Path folder;

  @Test
  void a_task_with_rows_of_all_outcomes_writes_them_without_a_sort() {
    SparkSession spark = TestProject.spark(); // first: it sets logging up anew
    StringWriter log = new StringWriter();
    WriterAppender appender =
        WriterAppender.newBuilder()
            .setName("writers")
            .setTarget(log)
            .setLayout(PatternLayout.newBuilder().withPattern("%m%n").build())
            .build();
    appender.start();
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    LoggerConfig writers = new LoggerConfig(WRITER, Level.INFO, false);
    writers.addAppender(appender, Level.INFO, null);
    context.getConfiguration().addLogger(WRITER, writers);
    context.updateLoggers();
    try {
      Attempt attempt = write(spark);

      assertThat(attempt.files())
          .extracting(Manifest.DataFile::outcome)
          .containsExactlyInAnyOrder(Outcome.values());
      assertThat(log.toString()).doesNotContain("Fall back");
    } finally {
      context.getConfiguration().removeLogger(WRITER);
      context.updateLoggers();
      appender.stop();
    }
  }

  private Attempt write(SparkSession spark) {
    ResultStore store = ResultStore.at(new Configuration(), folder.resolve("out").toString());
    return Attempt.write(
        spark,
        spark
            .range(0, 300, 1, 1)
            .selectExpr(
                "id",
                "element_at(array('scored', 'filtered', 'rejected'), int(id % 3) + 1) "
                    + ReservedColumns.OUTCOME),
        store,
        "2024-03-05",
        1);
  }
}
