package dev.nightjar.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Some rows as columns: what a scorer takes and gives. Immutable, and as thread-safe as its arrays
 * are left alone.
 */
public final class ColumnBatch {
  private final Schema schema;
  private final List<Column> columns;
  private final int rows;

  /**
   * A batch of these columns.
   *
   * @throws IllegalArgumentException when the columns do not fit the schema in number, type or
   *     length
   */
  public ColumnBatch(Schema schema, List<Column> columns, int rows) {
    if (schema.size() != columns.size()) {
      throw new IllegalArgumentException(
          "a batch of " + schema.size() + " fields cannot have " + columns.size() + " columns");
    }
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Field field = schema.field(i);
      if (column.type() != field.type() || column.size() != rows) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "column %s of a batch of %d rows cannot hold %d values of type %s",
                field,
                rows,
                column.size(),
                column.type().word()));
      }
    }
    if (rows < 0) {
      throw new IllegalArgumentException("a batch cannot have " + rows + " rows");
    }
    this.schema = schema;
    this.columns = List.copyOf(columns);
    this.rows = rows;
  }

  public Schema schema() {
    return schema;
  }

  /** The number of rows, zero or more. */
  public int rows() {
    return rows;
  }

  public Column column(int position) {
    return columns.get(position);
  }

  /**
   * The column of that name.
   *
   * @throws IllegalArgumentException when there is no column of that name
   */
  public Column column(String name) {
    return columns.get(schema.position(name));
  }

  /** A builder that takes whole rows. */
  public static Builder builder(Schema schema) {
    return new Builder(schema);
  }

  /** Collects rows into columns. Not thread-safe. */
  public static final class Builder {
    private final Schema schema;
    private final List<ColumnBuilder> columns = new ArrayList<>();
    private int rows;

    private Builder(Schema schema) {
      this.schema = schema;
      for (Field field : schema.fields()) {
        columns.add(new ColumnBuilder(field.type()));
      }
    }

    /** The builder of a column; after each of them got a value, call {@link #endRow}. */
    public ColumnBuilder column(int position) {
      return columns.get(position);
    }

    public void endRow() {
      rows++;
    }

    /** Adds a row of boxed values in the schema's order, null for null. */
    public Builder row(@Nullable Object... values) {
      if (values.length != schema.size()) {
        throw new IllegalArgumentException(
            "a row of " + schema.size() + " fields cannot have " + values.length + " values");
      }
      for (int i = 0; i < values.length; i++) {
        columns.get(i).add(values[i]);
      }
      endRow();
      return this;
    }

    public int rows() {
      return rows;
    }

    /** Ends the batch; the builder must not be used afterwards. */
    public ColumnBatch build() {
      return new ColumnBatch(schema, columns.stream().map(ColumnBuilder::build).toList(), rows);
    }
  }
}
