package dev.nightjar.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.ColumnBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * Blocks straight from a scan's vectors. The columns that go along stay where they are until the
 * next batch of the scan is asked for. There are no rows that an earlier step has rejected.
 */
final class ColumnBlocks implements Blocks {
  private final Iterator<ColumnarBatch> from;
  private final RowLayout layout;
  private final int most;
  private final long mostBytesOfTexts;
  private final List<ColumnFeed> feeds = new ArrayList<>();
  private @Nullable ColumnarBatch batch;
  private @Nullable ColumnarBatch kept;
  private int first;
  private int rows;

  ColumnBlocks(Iterator<ColumnarBatch> from, RowLayout layout, BatchBounds bounds) {
    this.from = from;
    this.layout = layout;
    this.most = layout.mostRows(bounds);
    int texts = 0;
    for (int i = 0; i < layout.contractSize(); i++) {
      ColumnFeed feed = ColumnFeed.of(layout.contractType(i), 0);
      feeds.add(feed);
      texts += feed instanceof ColumnFeed.Texts ? 1 : 0;
    }
    this.mostBytesOfTexts = bounds.bytes() / Math.max(1, texts);
  }

  @Override
  public boolean next() {
    first += rows;
    rows = 0;
    while (batch == null || first >= batch.numRows()) {
      if (!from.hasNext()) {
        return false;
      }
      batch = from.next();
      kept = kept(batch);
      first = 0;
    }
    load(batch, Math.min(most, batch.numRows() - first));
    return true;
  }

  /** Takes as many rows as the bounds allow, and one at least: texts say how many. */
  private void load(ColumnarBatch vectors, int atMost) {
    int count = atMost;
    for (int i = 0; i < feeds.size(); i++) {
      feeds.get(i).begin();
      if (feeds.get(i) instanceof ColumnFeed.Texts texts) {
        count = texts.addSome(vector(vectors, i), first, count, mostBytesOfTexts);
      }
    }
    for (int i = 0; i < feeds.size(); i++) {
      if (!(feeds.get(i) instanceof ColumnFeed.Texts)) {
        feeds.get(i).addAll(vector(vectors, i), first, count);
      }
    }
    rows = count;
  }

  private ColumnVector vector(ColumnarBatch vectors, int i) {
    return vectors.column(layout.contractPosition(i));
  }

  private ColumnarBatch kept(ColumnarBatch vectors) {
    ColumnVector[] columns = new ColumnVector[layout.keptSize()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = vectors.column(layout.keptPosition(i));
    }
    return new ColumnarBatch(columns, vectors.numRows());
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public ColumnBatch columns() {
    return layout.batch(feeds, rows);
  }

  @Override
  public int place(int row) {
    return row;
  }

  @Override
  public InternalRow kept(int row) {
    return requireNonNull(kept).getRow(first + row);
  }

  @Override
  public @Nullable ArrayData flags(int row) {
    return null;
  }

  @Override
  public @Nullable InternalRow rejection(int row) {
    return null;
  }
}
