package dev.nightjar.sink.jdbc;

import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of results as the database has them, without {@link TableSink#INTERVAL}. A class of
 * plain fields: not every serializer of Spark takes records.
 */
final class ResultColumns implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Set<String> OF_THE_SYSTEM =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private final List<String> names = new ArrayList<>();
  private final List<ColumnType> types = new ArrayList<>();

  private ResultColumns() {}

  /**
   * The columns of rows.
   *
   * @throws SinkException when the database cannot have such a column
   */
  static ResultColumns of(StructType schema) {
    ResultColumns columns = new ResultColumns();
    for (StructField field : schema.fields()) {
      String name = field.name();
      if (OF_THE_SYSTEM.contains(name)) {
        throw new SinkException.Misfit(
            "column",
            name,
            "has a name that PostgreSQL keeps for itself",
            "rename it in the input");
      }
      if (TableName.isTooLong(name)) {
        throw new SinkException.Misfit(
            "column",
            name,
            "has a name of more than "
                + TableName.MOST_BYTES
                + " bytes, which PostgreSQL would cut",
            "rename it in the input");
      }
      columns.names.add(name);
      columns.types.add(
          ColumnType.of(field.dataType())
              .orElseThrow(
                  () ->
                      new SinkException.Misfit(
                          "column",
                          name,
                          "is "
                              + field.dataType().sql().toLowerCase(Locale.ROOT)
                              + ", for which"
                              + " PostgreSQL has no column",
                          "leave it out of output.pass-through, or make a text of it in the input,"
                              + " for example with to_json")));
    }
    return columns;
  }

  int size() {
    return names.size();
  }

  String name(int i) {
    return names.get(i);
  }

  ColumnType type(int i) {
    return types.get(i);
  }

  /** The names in order, for statements. */
  String quoted() {
    return String.join(", ", names.stream().map(TableName::quoted).toList());
  }
}
