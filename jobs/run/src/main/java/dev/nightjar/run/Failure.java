package dev.nightjar.run;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.certificate.DamagedSampleException;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.result.FullDisk;
import dev.nightjar.result.ResultException;
import dev.nightjar.sink.SinkException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for people: the one message that lies below whatever Spark has wrapped around
 * it, and the exit code.
 *
 * @param cause as it was thrown, for those who ask where it came from
 */
public record Failure(ExitCode exit, String message, Throwable cause) {
  private static final Pattern EXECUTORS_LOST =
      Pattern.compile(
          "Task (\\d+) in stage ([0-9.]+) failed (\\d+) times, most recent failure: [^\\n]*"
              + "ExecutorLostFailure \\(executor (\\S+) exited [^\\n]*?Reason: ([^\\n]*)");

  private static final Pattern SPARKS_OWN_FILES =
      Pattern.compile("org\\.apache\\.spark\\.(storage|shuffle|util\\.collection)\\.");

  /** The rows that dead executors held are gone, and working them out again lost others. */
  private static final Pattern STAGE_GIVEN_UP =
      Pattern.compile("has failed the maximum allowable number of times: (\\d+)");

  /** What a failure comes down to. */
  public static Failure of(Throwable thrown) {
    Throwable known = firstKnown(thrown);
    if (known == null) {
      known = TableException.in(thrown).orElse(null);
    }
    if (known != null) {
      return new Failure(ExitCode.of(known), String.valueOf(known.getMessage()), thrown);
    }
    String message = FullDisk.in(thrown) ? fullDisk(thrown) : unknown(root(thrown));
    return new Failure(ExitCode.FAILED, message, thrown);
  }

  /** Spark says that there is no room and not where; its own files lie on other disks than ours. */
  private static String fullDisk(Throwable thrown) {
    boolean sparksOwn =
        Arrays.stream(root(thrown).getStackTrace())
            .map(StackTraceElement::getClassName)
            .anyMatch(name -> SPARKS_OWN_FILES.matcher(name).lookingAt());
    Optional<String> path = sparksOwn ? Optional.empty() : pathWrittenTo(thrown);
    String where =
        path.map(there -> "the attempt's files under " + there + " cannot be written")
            .orElse(
                sparksOwn
                    ? "Spark cannot write its own files, which lie in spark.local.dir"
                    : "it is the disk of the output path or of spark.local.dir that is full");
    return "No space left on device: "
        + where
        + "; nothing is published, make room on that disk and run the interval again";
  }

  private static Optional<String> pathWrittenTo(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof SparkThrowable spark && "TASK_WRITE_FAILED".equals(spark.getCondition())) {
        return Optional.ofNullable(spark.getMessageParameters().get("path"));
      }
    }
    return Optional.empty();
  }

  /** What a failure comes down to when Spark has been stopped under a run, as by Ctrl-C. */
  static Failure interrupted(Throwable thrown) {
    Failure failure = of(thrown);
    return failure.exit() == ExitCode.UNKNOWN
        ? failure
        : new Failure(
            ExitCode.FAILED,
            "Spark was stopped while the run was under way (Ctrl-C, a kill, or its cluster); nothing"
                + " is published, run the interval again",
            thrown);
  }

  private static @Nullable Throwable firstKnown(Throwable thrown) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (at instanceof ConfigurationException
          || at instanceof PreflightException
          || at instanceof RefusedException
          || at instanceof DamagedSampleException
          || at instanceof UnknownOutcomeException
          || at instanceof ResultException
          || at instanceof SinkException
          || at instanceof TableException
          || at instanceof FeatureStoreException
          || at instanceof RegistryException
          || at instanceof BundleException) {
        return at;
      }
    }
    return null;
  }

  /** A failure that nobody has foreseen: its own words, and how to learn more. */
  private static String unknown(Throwable root) {
    String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    Matcher lost = EXECUTORS_LOST.matcher(text);
    if (lost.find()) {
      return String.format(
          Locale.ROOT,
          "%s executors died over the rows of partition %s (stage %s), the last, executor %s, by: %s."
              + " A row of that partition ends the process, in native code or by its memory; nothing is"
              + " published, and Spark does not try again. The log of that executor tells more; score"
              + " parts of the interval to find the row, and give executors more memory if it is that",
          lost.group(3),
          lost.group(1),
          lost.group(2),
          lost.group(4),
          lost.group(5).strip());
    }
    Matcher givenUp = STAGE_GIVEN_UP.matcher(text);
    if (givenUp.find()) {
      return String.format(
          Locale.ROOT,
          "executors died %s times with rows that they held for others, and Spark does not try again."
              + " A row ends the process, in native code or by its memory, or machines are lost;"
              + " nothing is published. The executors' logs tell more; score parts of the interval to"
              + " find the row, and give executors more memory if it is that",
          givenUp.group(1));
    }
    // Spark appends plans, call sites and stack traces of executors to its messages.
    String line = text.lines().filter(l -> !l.isBlank()).findFirst().orElse(text);
    return line + " (--verbose shows where this came from)";
  }

  private static Throwable root(Throwable thrown) {
    Throwable at = thrown;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }
}
