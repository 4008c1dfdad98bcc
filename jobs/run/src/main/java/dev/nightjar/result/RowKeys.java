package dev.nightjar.result;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.data.KeyHasher;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;

/** How the keys of rows are hashed where the rows lie. Immutable. */
public final class RowKeys implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final String[] names;
  private final KeyColumn[] kinds;
  private final DataType[] types;

  private RowKeys(String[] names, KeyColumn[] kinds, DataType[] types) {
    this.names = names;
    this.kinds = kinds;
    this.types = types;
  }

  /**
   * Of these columns, in order.
   *
   * @throws ResultException when one is not there, or of a type that cannot be a key
   */
  public static RowKeys of(Dataset<Row> rows, List<String> keyColumns) {
    KeyColumn[] kinds =
        keyColumns.stream().map(name -> KeyColumn.of(rows, name)).toArray(KeyColumn[]::new);
    DataType[] types =
        keyColumns.stream()
            .map(name -> rows.schema().apply(name).dataType())
            .toArray(DataType[]::new);
    return new RowKeys(keyColumns.toArray(String[]::new), kinds, types);
  }

  /** The columns that {@link #digest} reads, to be selected first of all. */
  public List<Column> columns(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Column column = rows.col("`" + names[i].replace("`", "``") + "`");
      columns.add(kinds[i].plain(column).as("key" + i));
    }
    return columns;
  }

  /**
   * The digest of one row's key.
   *
   * @param row whose first columns are those of {@link #columns}
   */
  public KeyDigest digest(KeyHasher hasher, InternalRow row) {
    for (int i = 0; i < kinds.length; i++) {
      if (row.isNullAt(i)) {
        hasher.addNull();
      } else {
        kinds[i].add(hasher, row, i, types[i]);
      }
    }
    return hasher.finish();
  }
}
