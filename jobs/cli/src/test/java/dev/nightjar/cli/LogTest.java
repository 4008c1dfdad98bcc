package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.submit.SubmitPlan;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the distribution's console shows of the log. */
class LogTest {
  private static final Path FILE = Path.of("../dist/src/main/dist/conf/log4j2.properties");
  private static final List<String> TOLD_BY_THE_RUN =
      List.of(
          "org.apache.spark.executor.Executor",
          "org.apache.spark.scheduler.TaskSetManager",
          "org.apache.spark.sql.execution.datasources.FileFormatWriter");

  @Test
  void warnings_are_shown_without_traces_and_nothing_that_the_run_tells_itself() {
    Configuration quiet = read(null);

    assertThat(quiet.getRootLogger().getLevel()).isEqualTo(Level.WARN);
    for (String name : TOLD_BY_THE_RUN) {
      assertThat(quiet.getLoggerConfig(name).getLevel()).as(name).isEqualTo(Level.OFF);
    }
    assertThat(shown(quiet)).endsWith(" WARN LogTest: words" + System.lineSeparator());
  }

  @Test
  void verbose_shows_what_is_told_at_info_and_traces() {
    Configuration verbose = read(SubmitPlan.LOG_VERBOSE);

    assertThat(verbose.getRootLogger().getLevel()).isEqualTo(Level.INFO);
    for (String name : TOLD_BY_THE_RUN) {
      assertThat(verbose.getLoggerConfig(name).getLevel()).as(name).isEqualTo(Level.INFO);
    }
    assertThat(shown(verbose))
        .contains(
            " WARN LogTest: words"
                + System.lineSeparator()
                + "java.lang.IllegalStateException: why",
            "\tat " + LogTest.class.getName());
  }

  private static String shown(Configuration configuration) {
    ConsoleAppender console = configuration.getAppender("console");
    return String.valueOf(
        console
            .getLayout()
            .toSerializable(
                Log4jLogEvent.newBuilder()
                    .setLoggerName(LogTest.class.getName())
                    .setLevel(Level.WARN)
                    .setMessage(new SimpleMessage("words"))
                    .setThrown(new IllegalStateException("why"))
                    .build()));
  }

  private static Configuration read(@Nullable String log) {
    if (log != null) {
      System.setProperty(SubmitPlan.LOG, log);
    }
    try {
      Configuration configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(
                  new LoggerContext("test"), ConfigurationSource.fromUri(FILE.toUri()));
      configuration.initialize();
      return configuration;
    } finally {
      System.clearProperty(SubmitPlan.LOG);
    }
  }
}
