package dev.nightjar.feature.spark;

import dev.nightjar.feature.JoinWay;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which views of a join are small enough to be sent to every executor: those of which no more rows
 * can be needed than fit into what is left of {@value #KEY} bytes, each taken for its fields,
 * {@value #BYTES_OF_A_TEXT} bytes for each text, and {@value #BYTES_OF_A_PLACE} for its place in
 * the index. The rows are counted, by the same filters by which they are read; only tables of which
 * Spark knows that they are {@value #HOPELESS} times as large are not. Views are asked about in the
 * order of the join, and what one takes the next ones have no more.
 */
final class Broadcasts {
  /**
   * The setting of the session for the most bytes of all views of a join; negative for no
   * broadcast. Without it {@value #DEFAULT}, or an eighth of the heap of the driver or of an
   * executor where that is less.
   */
  static final String KEY = "spark.nightjar.join.broadcast-bytes";

  private static final long DEFAULT = 64L << 20;
  private static final int SHARE_OF_A_HEAP = 8;
  private static final int BYTES_OF_A_TEXT = 32;
  private static final int BYTES_OF_A_PLACE = 200;
  private static final int HOPELESS = 32;

  /** Bytes that are left. */
  private long left;

  private Broadcasts(long most) {
    this.left = most;
  }

  /**
   * As the session's settings have it.
   *
   * @throws IllegalArgumentException when they say no number of bytes
   */
  static Broadcasts of(SparkSession spark) {
    String text = spark.conf().get(KEY, "");
    if (text.isBlank()) {
      return new Broadcasts(Math.min(DEFAULT, leastHeap(spark) / SHARE_OF_A_HEAP));
    }
    try {
      return new Broadcasts(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          KEY + " is '" + text + "' and must be a whole number of bytes, negative for none", e);
    }
  }

  private static long leastHeap(SparkSession spark) {
    long driver = Runtime.getRuntime().maxMemory();
    SparkConf settings = ((org.apache.spark.sql.classic.SparkSession) spark).sparkContext().conf();
    return settings.get("spark.master", "local").startsWith("local")
        ? driver
        : Math.min(driver, settings.getSizeAsBytes("spark.executor.memory", "1g"));
  }

  private static long bytesOfARow(StructType entries) {
    return BYTES_OF_A_PLACE + width(entries);
  }

  private static long width(StructType type) {
    long width = Long.BYTES;
    for (StructField field : type.fields()) {
      DataType of = field.dataType();
      width +=
          of instanceof StructType inner
              ? width(inner)
              : Long.BYTES + (of instanceof StringType ? BYTES_OF_A_TEXT : 0);
    }
    return width;
  }

  /** Why a view is too large, as far as Spark knows without reading it. */
  private Optional<String> hopeless(Dataset<Row> entries) {
    if (left < 0) {
      return Optional.of(KEY + " is negative");
    }
    // What Spark knows nothing of it takes for larger than anything.
    BigInteger size = entries.queryExecution().optimizedPlan().stats().sizeInBytes().bigInteger();
    boolean isKnown = size.bitLength() < Long.SIZE - 2;
    return isKnown && size.longValue() / HOPELESS > left
        ? Optional.of("its table has about " + mebibytes(size.longValue()))
        : Optional.empty();
  }

  /** How a view would be joined; its rows are counted, no further than needed. */
  JoinChoice choice(String view, Dataset<Row> entries) {
    String physical = entries.queryExecution().executedPlan().toString();
    Optional<String> hopeless = hopeless(entries);
    if (hopeless.isPresent()) {
      return new JoinChoice(view, JoinWay.MERGE, hopeless.get(), physical);
    }
    long bytesOfARow = bytesOfARow(entries.schema());
    long mostRows = left / bytesOfARow;
    long rows =
        entries
            .select(functions.lit(1))
            .limit((int) Math.min(Integer.MAX_VALUE - 1, mostRows + 1))
            .count();
    if (rows > mostRows) {
      return new JoinChoice(view, JoinWay.MERGE, tooMany(mostRows), physical);
    }
    left -= rows * bytesOfARow;
    return new JoinChoice(
        view,
        JoinWay.BROADCAST,
        String.format(Locale.ROOT, "%,d rows, up to %,d are sent", rows, mostRows),
        physical);
  }

  private String tooMany(long mostRows) {
    return String.format(
        Locale.ROOT, "more than %,d rows, which is all that go into %s", mostRows, mebibytes(left));
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / (double) (1 << 20));
  }

  /** All rows of a view that is sent, however many. */
  static UnsafeRow[] rows(Dataset<Row> entries) {
    return entries
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map(row -> ((UnsafeRow) row).copy())
        .collect()
        .toArray(UnsafeRow[]::new);
  }
}
