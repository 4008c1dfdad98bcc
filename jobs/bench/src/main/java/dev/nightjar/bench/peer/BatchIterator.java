package dev.nightjar.bench.peer;

import dev.nightjar.bench.work.Workload;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Scores rows batch by batch and hands them out as id and score. Belongs to one task. */
abstract class BatchIterator implements Iterator<Row> {
  /** What peers give. */
  static final StructType RESULT =
      DataTypes.createStructType(
          new StructField[] {
            DataTypes.createStructField(Workload.ID, DataTypes.LongType, false),
            DataTypes.createStructField(Workload.SCORE, DataTypes.FloatType, false)
          });

  private final Iterator<Row> rows;
  private final long[] ids;
  private float[] scores = {};
  private int count;
  private int next;

  BatchIterator(Iterator<Row> rows, int batch) {
    this.rows = rows;
    this.ids = new long[batch];
  }

  /** Takes a row as the batch's row of that position. */
  abstract void add(Row row, int position);

  /** The scores of the rows that were taken; at least so many. */
  abstract float[] score(int count);

  @Override
  public boolean hasNext() {
    if (next < count) {
      return true;
    }
    next = 0;
    count = 0;
    while (count < ids.length && rows.hasNext()) {
      Row row = rows.next();
      ids[count] = row.getLong(0);
      add(row, count++);
    }
    if (count > 0) {
      scores = score(count);
    }
    return count > 0;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = RowFactory.create(ids[next], scores[next]);
    next++;
    return row;
  }
}
