package dev.nightjar.spark;

import dev.nightjar.data.ColumnBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.jspecify.annotations.Nullable;

/** Blocks of rows as Spark hands them on, of which it uses the memory again for the next. */
final class RowBlocks implements Blocks {
  private static final int NOT_SCORED = -1;
  private static final int FIELDS_OF_REJECTION = Scoring.REJECTION_TYPE.size();

  private final Iterator<InternalRow> from;
  private final RowLayout layout;
  private final int most;
  private final long mostBytes;
  private final List<ColumnFeed> feeds = new ArrayList<>();
  private final UnsafeProjection keeping;
  private final UnsafeRow[] kept;
  private final int[] places;
  private final @Nullable ArrayData[] flags;
  private final @Nullable InternalRow[] rejections;
  private int rows;
  private int scored;

  RowBlocks(Iterator<InternalRow> from, RowLayout layout, BatchBounds bounds) {
    this.from = from;
    this.layout = layout;
    this.most = layout.mostRows(bounds);
    this.mostBytes = bounds.bytes();
    for (int i = 0; i < layout.contractSize(); i++) {
      feeds.add(ColumnFeed.of(layout.contractType(i), most));
    }
    this.keeping = layout.keeping();
    this.kept = new UnsafeRow[most];
    this.places = new int[most];
    this.flags = new ArrayData[most];
    this.rejections = new InternalRow[most];
  }

  @Override
  public boolean next() {
    // What the last block kept need not wait for the next one to fill up.
    Arrays.fill(kept, null);
    Arrays.fill(flags, null);
    Arrays.fill(rejections, null);
    feeds.forEach(ColumnFeed::begin);
    rows = 0;
    scored = 0;
    long bytes = 0;
    while (rows < most && bytes < mostBytes && from.hasNext()) {
      bytes += add(from.next());
    }
    return rows > 0;
  }

  /** Takes a row; about how many bytes it needs. */
  private long add(InternalRow row) {
    UnsafeRow copy = keeping.apply(row).copy();
    long bytes = copy.getSizeInBytes();
    kept[rows] = copy;
    if (layout.hasFlags(row)) {
      ArrayData earlier = row.getArray(layout.flags());
      flags[rows] = earlier.numElements() == 0 ? null : earlier.copy();
    }
    if (layout.isRejected(row)) {
      rejections[rows] = row.getStruct(layout.rejection(), FIELDS_OF_REJECTION).copy();
      places[rows] = NOT_SCORED;
    } else {
      for (int i = 0; i < feeds.size(); i++) {
        bytes += feeds.get(i).add(scored, row, layout.contractPosition(i));
      }
      places[rows] = scored++;
    }
    rows++;
    return bytes;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public ColumnBatch columns() {
    return layout.batch(feeds, scored);
  }

  @Override
  public int place(int row) {
    return places[row];
  }

  @Override
  public InternalRow kept(int row) {
    return kept[row];
  }

  @Override
  public @Nullable ArrayData flags(int row) {
    return flags[row];
  }

  @Override
  public @Nullable InternalRow rejection(int row) {
    return rejections[row];
  }
}
