package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Timeline.Entry;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * What became visible of a view in a span of time, key by key: what a feature store is filled with.
 * Times, ages and keys are the join's own ({@link PointInTimeJoin}), so that who shows the rows to
 * {@link dev.nightjar.feature.VisibleRows} is answered as the join answers.
 */
public final class ViewHistory {
  private static final long BYTES_OF_A_PARTITION = 64L << 20;
  private static final int MOST_PARTITIONS = 1_000;

  private final ViewTable table;
  private final JoinKeys keys;
  private final FeatureRows rows;

  /**
   * Of a view.
   *
   * @param table as {@link TableReader} reads it
   * @param asOf the as-of times that will be asked, from the least to the one up to which rows that
   *     become visible are given; empty for a static view
   * @throws TableException with everything that stands against reading the view
   */
  public ViewHistory(FeatureView view, Dataset<Row> table, Optional<AsOfRange> asOf) {
    List<String> problems = JoinCheck.ofView(view, table.schema());
    if (!problems.isEmpty()) {
      throw new TableException(String.join("\n", problems));
    }
    this.keys = JoinKeys.ofView(view, table.schema());
    this.table = ViewTable.thatGoesOn(view, keys, table, asOf);
    this.rows = this.table.rule().rows();
  }

  /**
   * Rows of one key.
   *
   * @param key its values, as {@link dev.nightjar.feature.FeatureStore.Query} has them
   * @param entries in the order in which they became visible
   */
  public record OfKey(List<Object> key, List<Entry<FeatureRow>> entries) {
    public OfKey {
      key = List.copyOf(key);
      entries = List.copyOf(entries);
    }
  }

  /**
   * What became visible after a time, all rows of a key together. One partition of the shuffle at a
   * time comes to the driver.
   *
   * @param after empty for all
   */
  public Iterator<OfKey> since(Optional<Instant> after) {
    Column key = functions.col(ViewTable.KEY);
    Dataset<Row> entries = table.entries();
    if (after.isPresent()) {
      entries = entries.filter(functions.col(ViewTable.TIME).gt(Timestamps.micros(after.get())));
    }
    Iterator<InternalRow> sorted =
        entries
            .repartition(partitions(table.young()), key)
            .sortWithinPartitions(key, functions.col(ViewTable.TIME))
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .map(InternalRow::copy)
            .toLocalIterator();
    return new Keys(sorted);
  }

  /** So many that one of them, which comes to the driver whole, is not large. */
  private static int partitions(Dataset<Row> table) {
    BigInteger bytes = table.queryExecution().optimizedPlan().stats().sizeInBytes().bigInteger();
    return bytes
        .divide(BigInteger.valueOf(BYTES_OF_A_PARTITION))
        .add(BigInteger.ONE)
        .min(BigInteger.valueOf(MOST_PARTITIONS))
        .intValue();
  }

  private final class Keys implements Iterator<OfKey> {
    private final Iterator<InternalRow> sorted;
    private @Nullable InternalRow next;

    Keys(Iterator<InternalRow> sorted) {
      this.sorted = sorted;
      this.next = sorted.hasNext() ? sorted.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public OfKey next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      UnsafeRow key = key(next);
      List<Entry<FeatureRow>> entries = new ArrayList<>();
      while (next != null && key(next).equals(key)) {
        entries.add(entry(next));
        next = sorted.hasNext() ? sorted.next() : null;
      }
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < keys.types().size(); i++) {
        values.add(PlainValues.ofKey(key, i, keys.types().get(i)));
      }
      return new OfKey(values, entries);
    }

    private UnsafeRow key(InternalRow entry) {
      return (UnsafeRow) Objects.requireNonNull(entry.getStruct(0, keys.types().size()));
    }

    private Entry<FeatureRow> entry(InternalRow entry) {
      long from = entry.getLong(1);
      if (entry.isNullAt(2)) {
        return new Entry<>(from, null);
      }
      InternalRow row = entry.getStruct(2, rows.width());
      @Nullable Object[] tieBreaks = new @Nullable Object[rows.tieBreaks().size()];
      for (int i = 0; i < tieBreaks.length; i++) {
        tieBreaks[i] = PlainValues.of(row, 1 + i, rows.tieBreaks().get(i));
      }
      @Nullable Object[] values = new @Nullable Object[rows.values().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = PlainValues.of(row, rows.place(i), rows.values().get(i));
      }
      return new Entry<>(from, new FeatureRow(rows.eventTime(row), tieBreaks, values));
    }
  }
}
