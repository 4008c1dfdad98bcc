package dev.nightjar.feature.spark;

import java.sql.SQLException;
import java.util.Optional;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.spark.SparkThrowable;
import org.jspecify.annotations.Nullable;

/** A table cannot be read or joined; the message says which, why, and what to do about it. */
public final class TableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean misdeclared;

  /** A table cannot be used. */
  public TableException(String message) {
    this(message, null);
  }

  /** A table cannot be used because something else went wrong. */
  public TableException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.misdeclared = false;
  }

  private TableException(String message, boolean misdeclared) {
    super(message);
    this.misdeclared = misdeclared;
  }

  /** A table can be read and is not what the configuration says that it is. */
  static TableException misdeclared(String message) {
    return new TableException(message, true);
  }

  /** True when the configuration must change, so that trying again is of no use. */
  public boolean isMisdeclared() {
    return misdeclared;
  }

  /**
   * What a failed Spark job says about an unreadable file or table, in one message; empty when the
   * failure is about something else. Spark reads late, so such failures surface where rows are used
   * and not in {@link TableReader}.
   */
  public static Optional<TableException> in(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof TableException found) {
        return Optional.of(found);
      }
      String message = String.valueOf(t.getMessage());
      if (t instanceof SparkThrowable spark && unreadable(spark)) {
        String path = spark.getMessageParameters().getOrDefault("path", "?");
        return Optional.of(
            new TableException(
                "file "
                    + path
                    + " cannot be read as its source declares it: "
                    + firstLine(rootOf(t))
                    + "; mend or remove the file, or correct the source's format",
                failure));
      }
      if (t instanceof SQLException) {
        return Optional.of(
            new TableException(
                "a database could not be read to the end: "
                    + firstLine(t)
                    + "; run again when the database answers",
                failure));
      }
      if (t instanceof NotFoundException) {
        return Optional.of(
            new TableException(
                "a file of an Iceberg table is not there: "
                    + firstLine(t)
                    + "; when its snapshot has expired while it was read, run again, or else mend the"
                    + " table",
                failure));
      }
      if (message.contains(ViewTable.MALFORMED_LINE)) {
        return Optional.of(
            new TableException(
                message.substring(message.indexOf(ViewTable.MALFORMED_LINE)), failure));
      }
    }
    return Optional.empty();
  }

  private static boolean unreadable(SparkThrowable spark) {
    String condition = spark.getCondition();
    return condition != null && condition.startsWith("FAILED_READ_FILE");
  }

  static String firstLine(Throwable t) {
    String message = t.getMessage();
    return message == null ? t.getClass().getSimpleName() : message.lines().findFirst().orElse("");
  }

  private static Throwable rootOf(Throwable t) {
    Throwable root = t;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
