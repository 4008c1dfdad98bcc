package dev.nightjar.online.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.layout.template.json.JsonTemplateLayout;

/** What the endpoint logs while this is open, as its own configuration writes it. */
final class LogLines implements AutoCloseable {
  private static final Path CONFIGURATION =
      Path.of(System.getProperty("nightjar.root", "."))
          .resolve("jobs/dist/src/main/dist/conf/log4j2-serve.properties");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final Level before = context.getRootLogger().getLevel();
  private final AbstractAppender appender;

  LogLines() throws IOException {
    Properties written = new Properties();
    try (InputStream in = Files.newInputStream(CONFIGURATION)) {
      written.load(in);
    }
    JsonTemplateLayout layout =
        JsonTemplateLayout.newBuilder()
            .setConfiguration(context.getConfiguration())
            .setEventTemplate(written.getProperty("appender.console.layout.eventTemplate"))
            .build();
    appender =
        new AbstractAppender("lines", null, layout, false, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            lines.add(layout.toSerializable(event));
          }
        };
    appender.start();
    Configurator.setRootLevel(level(written, "rootLogger"));
    Configurator.setLevel("dev.nightjar", level(written, "logger.nightjar"));
    Configurator.setLevel("nightjar.access", level(written, "logger.access"));
    context.getConfiguration().getRootLogger().addAppender(appender, null, null);
    context.updateLoggers();
  }

  private static Level level(Properties written, String of) {
    return Level.valueOf(written.getProperty(of + ".level"));
  }

  /** Each event as it was written, with its line's end. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    context.getConfiguration().getRootLogger().removeAppender("lines");
    Configurator.setRootLevel(before);
    Configurator.setLevel("dev.nightjar", before);
    Configurator.setLevel("nightjar.access", before);
    appender.stop();
  }
}
