package dev.nightjar.submit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the user set with {@code --conf}. It wins over what is derived, but for what would break a
 * promise: that is refused by name.
 *
 * @param values by key, in the order given
 */
public record UserSettings(Map<String, String> values) {
  static final String DRIVER_OPTIONS = "spark.driver.extraJavaOptions";
  static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";

  /** Set by options of the command line, which other parts of the line follow from. */
  private static final Map<String, String> INSTEAD =
      Map.of(
          "spark.master", "use --master",
          "spark.submit.deployMode", "use --deploy-mode",
          "spark.driver.memory", "use --driver-memory",
          "spark.jars", "the distribution's own jars go to executors, which were tested together");

  /** With these, rows vanish without a word. */
  private static final Set<String> LOSE_ROWS =
      Set.of("spark.sql.files.ignoreCorruptFiles", "spark.sql.files.ignoreMissingFiles");

  /** Set by every run, so that a value here means nothing. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "spark.sql.session.timeZone",
          "runs are in UTC, whatever the session's zone is",
          "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version",
          "an attempt's files become visible by its manifest, whatever a committer does",
          "spark.sql.sources.partitionOverwriteMode",
          "results are never overwritten in place");

  public UserSettings {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Reads {@code key=value} texts; of one key, the last counts.
   *
   * @throws IllegalArgumentException when one is no setting, or may not be set here
   */
  public static UserSettings of(List<String> texts) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1 || !text.startsWith("spark.")) {
        throw new IllegalArgumentException(
            "--conf '" + text + "' is no setting of Spark; write --conf spark.KEY=VALUE");
      }
      values.put(text.substring(0, equals), text.substring(equals + 1));
    }
    values.forEach(UserSettings::requireAllowed);
    return new UserSettings(values);
  }

  private static void requireAllowed(String key, String value) {
    if (LOSE_ROWS.contains(key) && !value.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException(
          "--conf "
              + key
              + "="
              + value
              + " would leave out files that cannot be read, and their rows with them, without a"
              + " word; leave it away and mend or remove the files");
    }
    String instead = INSTEAD.get(key);
    if (instead != null) {
      throw new IllegalArgumentException("--conf " + key + " cannot be set here: " + instead);
    }
  }

  /** What the user should know of the settings, one sentence each. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          String why = WITHOUT_EFFECT.get(key);
          if (why != null) {
            notes.add("--conf " + key + "=" + value + " has no effect: " + why);
          }
          if (key.equals("spark.executor.memory") || key.equals("spark.executor.memoryOverhead")) {
            notes.add(
                "--conf "
                    + key
                    + "="
                    + value
                    + " replaces what was derived from --executor-memory; the limits of native"
                    + " memory remain those derived from it");
          }
        });
    return notes;
  }

  /** Options for a JVM with the user's behind them: the last one counts. */
  String options(String key, String derived) {
    String users = values.getOrDefault(key, "");
    return users.isBlank() ? derived : derived + " " + users.strip();
  }
}
