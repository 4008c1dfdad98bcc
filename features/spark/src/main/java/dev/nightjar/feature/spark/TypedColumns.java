package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** A table's columns in the types that its source declares and its reader asks for. */
final class TypedColumns {
  private final Source source;
  private final AskedTypes asked;
  private final Map<String, Boolean> nanoseconds;
  private final Function<String, Optional<String>> where;

  /**
   * For one table.
   *
   * @param asked types, besides those that the source declares
   * @param nanoseconds whole numbers that are times, with whether they are instants (or else of a
   *     wall clock)
   * @param where names the file that decided a column's type, for messages
   */
  TypedColumns(
      Source source,
      AskedTypes asked,
      Map<String, Boolean> nanoseconds,
      Function<String, Optional<String>> where) {
    this.source = source;
    this.asked = asked;
    this.nanoseconds = nanoseconds;
    this.where = where;
  }

  /** For a table that is not in Parquet files. */
  static TypedColumns of(Source source, AskedTypes asked) {
    return new TypedColumns(source, asked, Map.of(), column -> Optional.empty());
  }

  /**
   * The table with these types.
   *
   * @throws TableException when a type could lose values
   */
  Dataset<Row> in(Dataset<Row> raw) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : raw.schema().fields()) {
      columns.add(
          field.name().equals(TableReader.MALFORMED)
              ? CsvLines.malformed(raw.columns()).as(TableReader.MALFORMED)
              : column(field).as(field.name()));
    }
    return raw.select(columns.toArray(Column[]::new));
  }

  private Column column(StructField field) {
    Column column = Columns.named(field.name());
    DataType declared = source.columns().get(field.name());
    DataType wanted = asked.types().get(field.name());
    boolean up = asked.roundedUp().contains(field.name());
    org.apache.spark.sql.types.DataType from = field.dataType();
    if (source instanceof FileSource files && files.format() == FileSource.Format.CSV) {
      DataType type = declared != null ? declared : wanted != null ? wanted : DataType.STRING;
      column = Columns.parsed(CsvLines.orNull(column, files), type, source.zone(), up);
      from = Columns.sparkType(type);
    } else if (nanoseconds.containsKey(field.name())) {
      column = ofNanoseconds(field.name(), up);
      from = DataTypes.TimestampType;
    } else if (isWallClock(from, declared, wanted)) {
      column = Columns.inZone(column, from, source.zone());
      from = DataTypes.TimestampType;
    } else if (isRounded(from, declared)) {
      column = column.cast(DataTypes.DoubleType);
      from = DataTypes.DoubleType;
    }
    for (DataType type : new DataType[] {declared, wanted}) {
      if (type != null) {
        column = lossless(field.name(), column, from, type);
        from = Columns.sparkType(type);
      }
    }
    return column;
  }

  private Column ofNanoseconds(String name, boolean up) {
    Column micros = Columns.micros(name, up);
    return Boolean.TRUE.equals(nanoseconds.get(name))
        ? functions.timestamp_micros(micros)
        : Columns.inZone(micros, source.zone());
  }

  private static boolean isWallClock(
      org.apache.spark.sql.types.DataType from,
      @Nullable DataType declared,
      @Nullable DataType wanted) {
    return from.equals(DataTypes.TimestampNTZType)
        || (from.equals(DataTypes.DateType)
            && (declared == DataType.TIMESTAMP || wanted == DataType.TIMESTAMP));
  }

  /** Numbers are commonly {@code numeric} in databases; who declares double means the nearest. */
  private boolean isRounded(org.apache.spark.sql.types.DataType from, @Nullable DataType declared) {
    return source instanceof DatabaseSource
        && from instanceof DecimalType
        && declared == DataType.DOUBLE;
  }

  private Column lossless(
      String name, Column column, org.apache.spark.sql.types.DataType from, DataType to) {
    if (from.equals(Columns.sparkType(to))) {
      return column;
    }
    if (!Columns.isLossless(from, to)) {
      throw TableException.misdeclared(
          TableReader.named(source)
              + ": column '"
              + name
              + "' is "
              + Columns.word(from)
              + where.apply(name).map(file -> " (in " + file + ")").orElse("")
              + (to == DataType.TIMESTAMP
                  ? " and must be a time; "
                      + (source.columns().containsKey(name)
                          ? "declare 'columns: {" + name + ": timestamp}'"
                          : "write the table with a timestamp there")
                  : ", which is not read as "
                      + to.word()
                      + " because values could be lost; declare the type that it has, or write the"
                      + " table with "
                      + to.word()));
    }
    return column.cast(Columns.sparkType(to));
  }
}
