package dev.nightjar.feature.spark;

import dev.nightjar.feature.JoinWay;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Which views of a join are small enough to be sent to every executor: those whose rows that can be
 * needed fit into what is left of {@value #KEY} bytes, each weighed with its fields, its texts, and
 * {@value #BYTES_OF_A_PLACE} bytes for its place in the index. They are weighed by the same filters
 * by which they are read, and no further than needed; only tables of which Spark knows that they
 * are {@value #HOPELESS} times as large are not looked at. Views are asked about in the order of
 * the join, and what one takes the next ones have no more.
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

  /** A view that is sent because that was asked for may take this part of the smallest heap. */
  private static final int SHARE_WHEN_ASKED = 2;

  /** Counted over the arrays of {@link ViewIndex} for a key with one row, half of them empty. */
  private static final int BYTES_OF_A_PLACE = 104;

  /** Spark fills texts up to whole words of eight bytes. */
  private static final int BYTES_BEHIND_A_TEXT = 7;

  private static final int BYTES_OF_A_LONG_DECIMAL = 16;

  private static final int HOPELESS = 32;

  /** Sizes above are what Spark makes of not knowing. */
  private static final int BITS_OF_A_KNOWN_SIZE = 50;

  private final long leastHeap;

  /** Bytes that are left. */
  private long left;

  private Broadcasts(long most, long leastHeap) {
    this.left = most;
    this.leastHeap = leastHeap;
  }

  /**
   * How a view is joined, and why.
   *
   * @param bytes that it takes on each executor; 0 when it is merged
   */
  record Choice(JoinWay way, String reason, long bytes) {
    static Choice merge(String reason) {
      return new Choice(JoinWay.MERGE, reason, 0);
    }

    static Choice broadcast(String before, Weight weight) {
      return new Choice(
          JoinWay.BROADCAST,
          String.format(Locale.ROOT, "%s%,d rows, %s", before, weight.rows, words(weight.bytes)),
          weight.bytes);
    }
  }

  private record Weight(long rows, long bytes) {}

  /**
   * As the session's settings have it.
   *
   * @throws IllegalArgumentException when they say no number of bytes
   */
  static Broadcasts of(SparkSession spark) {
    long leastHeap = leastHeap(spark);
    String text = spark.conf().get(KEY, "");
    if (text.isBlank()) {
      return new Broadcasts(Math.min(DEFAULT, leastHeap / SHARE_OF_A_HEAP), leastHeap);
    }
    try {
      return new Broadcasts(Long.parseLong(text.strip()), leastHeap);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          KEY + " is '" + text + "' and must be a whole number of bytes, negative for none", e);
    }
  }

  private static long leastHeap(SparkSession spark) {
    long driver = Runtime.getRuntime().maxMemory();
    SparkConf settings = spark.sparkContext().conf();
    return spark.sparkContext().isLocal()
        ? driver
        : Math.min(driver, settings.getSizeAsBytes("spark.executor.memory", "1g"));
  }

  /**
   * How a view is joined; its rows are weighed, no further than needed.
   *
   * @param asked the way that was asked for, null for the better one
   * @throws TableException when the view is too large to be sent as was asked
   */
  Choice choice(ViewTable table, @Nullable JoinWay asked) {
    if (asked == JoinWay.MERGE) {
      return Choice.merge("as asked for");
    }
    if (asked == JoinWay.BROADCAST) {
      return sent(table);
    }
    Optional<String> hopeless = hopeless(table.young());
    if (hopeless.isPresent()) {
      return Choice.merge(hopeless.get());
    }
    Weight weight = weigh(table, left);
    if (weight.bytes > left) {
      return Choice.merge("it takes more than the " + words(left) + " that are left for views");
    }
    left -= weight.bytes;
    return Choice.broadcast("", weight);
  }

  private Choice sent(ViewTable table) {
    Weight weight = weigh(table, Long.MAX_VALUE);
    if (weight.bytes > leastHeap / SHARE_WHEN_ASKED) {
      throw new TableException(
          String.format(
              Locale.ROOT,
              "the view '%s' takes %s (%,d rows), too much to be sent to every executor as 'joins:"
                  + " {%s: broadcast}' asks, since the smallest heap has %s; say 'merge', or leave it"
                  + " out to have the way chosen by size",
              table.view().name(),
              words(weight.bytes),
              weight.rows,
              table.view().name(),
              words(leastHeap)));
    }
    left = left < 0 ? left : Math.max(0, left - weight.bytes);
    return Choice.broadcast("as asked for; ", weight);
  }

  /** Why a view is too large, as far as Spark knows without reading it. */
  private Optional<String> hopeless(Dataset<Row> table) {
    if (left < 0) {
      return Optional.of(KEY + " is negative");
    }
    // What Spark knows nothing of it takes for larger than anything, and then scales that down by
    // the columns that are left out.
    BigInteger size = table.queryExecution().optimizedPlan().stats().sizeInBytes().bigInteger();
    boolean isKnown = size.bitLength() <= BITS_OF_A_KNOWN_SIZE;
    return isKnown && size.longValue() / HOPELESS > left
        ? Optional.of("its table has about " + words(size.longValue()))
        : Optional.empty();
  }

  /** What the rows of a view take, or of so many of them that it is more than these bytes. */
  private static Weight weigh(ViewTable table, long most) {
    long rows = 0;
    long bytes = 0;
    long place = BYTES_OF_A_PLACE;
    if (table.rule().lastKnown()) {
      place += (long) Long.BYTES * table.view().features().size(); // each value has its own row
    }
    for (Dataset<Row> part : table.parts()) {
      if (bytes > most) {
        break;
      }
      long atLeast = place + width(part.schema());
      long enough = 1 + (most - bytes) / atLeast;
      Dataset<Row> weights = part.select(functions.lit(atLeast).plus(texts(part)).as("bytes"));
      Row weighed =
          (enough < Integer.MAX_VALUE ? weights.limit((int) enough) : weights)
              .agg(
                  functions.count(functions.lit(1)),
                  functions.coalesce(functions.sum("bytes"), functions.lit(0L)))
              .head();
      rows += weighed.getLong(0);
      bytes += weighed.getLong(1);
    }
    return new Weight(rows, bytes);
  }

  /** Of a row without its texts, as Spark lays it out. */
  private static long width(StructType type) {
    long width = Long.BYTES;
    for (StructField field : type.fields()) {
      width += Long.BYTES;
      if (field.dataType() instanceof StructType inner) {
        width += width(inner);
      } else if (field.dataType() instanceof DecimalType decimal
          && decimal.precision() > Decimal.MAX_LONG_DIGITS()) {
        width += BYTES_OF_A_LONG_DECIMAL;
      }
    }
    return width;
  }

  private static Column texts(Dataset<Row> entries) {
    Column bytes = functions.lit(0L);
    for (String part : List.of(ViewTable.KEY, ViewTable.ROW)) {
      for (StructField field : ((StructType) entries.schema().apply(part).dataType()).fields()) {
        if (field.dataType() instanceof StringType) {
          Column length = functions.octet_length(functions.col(part).getField(field.name()));
          bytes =
              bytes.plus(functions.coalesce(length.plus(BYTES_BEHIND_A_TEXT), functions.lit(0)));
        }
      }
    }
    return bytes;
  }

  private static String words(long bytes) {
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }

  /** All rows of a view that is sent, as {@link PackedRows#packed} packs them. */
  static List<byte[]> rows(Dataset<Row> entries) {
    return entries.queryExecution().toRdd().toJavaRDD().mapPartitions(PackedRows::packed).collect();
  }
}
