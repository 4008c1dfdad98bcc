package dev.nightjar.bench.work;

import java.io.Serial;
import java.util.List;
import org.apache.spark.sql.Row;

/** The transform of {@link TableWork} as plain Java. */
final class TableEncoder implements RowEncoder {
  @Serial private static final long serialVersionUID = 1L;

  @Override
  public void encode(Row row, float[] into, int at) {
    for (int i = 0; i < TableWork.NUMBERS; i++) {
      double x = row.isNullAt(i + 1) ? TableWork.defaultOf(i) : row.getDouble(i + 1);
      if (i < TableWork.MULTIPLIED) {
        x *= TableWork.factor(i);
      } else if (i < TableWork.FIRST_CLIPPED) {
        x = Math.log(x);
      } else if (i < TableWork.FIRST_PLAIN) {
        x = Math.min(Math.max(x, TableWork.LEAST), TableWork.GREATEST);
      }
      into[at + i] = (float) x;
    }
    int next = at + TableWork.NUMBERS;
    oneHot(row, TableWork.NUMBERS + 1, TableWork.COLOURS, 0, into, next);
    next += TableWork.COLOURS.size();
    oneHot(row, TableWork.NUMBERS + 2, TableWork.CITIES, 1, into, next);
  }

  private static void oneHot(
      Row row, int column, List<String> values, int fallback, float[] into, int at) {
    int index = row.isNullAt(column) ? fallback : values.indexOf(row.getString(column));
    for (int i = 0; i < values.size(); i++) {
      into[at + i] = i == index ? 1 : 0;
    }
  }
}
