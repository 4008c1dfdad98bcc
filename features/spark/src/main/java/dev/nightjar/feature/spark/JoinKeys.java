package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * The keys of an input and a view, brought to common types. A key is one struct of them, so that
 * compound keys cannot run into each other, and equal keys are equal bytes.
 *
 * @param input the input's key columns
 * @param view the view's, in the same order
 * @param types what both are compared as
 */
record JoinKeys(List<String> input, List<String> view, List<DataType> types)
    implements Serializable {

  static JoinKeys of(Map<String, String> keys, StructType input, StructType table) {
    List<DataType> types = new ArrayList<>();
    keys.forEach(
        (left, right) ->
            types.add(
                common(
                        Columns.field(input, left).orElseThrow().dataType(),
                        Columns.field(table, right).orElseThrow().dataType())
                    .orElseThrow()));
    return new JoinKeys(List.copyOf(keys.keySet()), List.copyOf(keys.values()), types);
  }

  /** The keys of a view by themselves, as of an input whose keys have the types of the view's. */
  static JoinKeys ofView(FeatureView view, StructType table) {
    List<DataType> types = new ArrayList<>();
    for (String column : view.keys().values()) {
      DataType type = Columns.field(table, column).orElseThrow().dataType();
      types.add(common(type, type).orElseThrow());
    }
    return new JoinKeys(
        List.copyOf(view.keys().keySet()), List.copyOf(view.keys().values()), types);
  }

  /** The type in which values of both can be compared without loss. */
  static Optional<DataType> common(DataType a, DataType b) {
    if (Columns.isWhole(a) && Columns.isWhole(b)) {
      return Optional.of(DataTypes.LongType);
    }
    if (a instanceof StringType && b instanceof StringType) {
      return Optional.of(DataTypes.StringType);
    }
    return a.equals(b) && isComparable(a) ? Optional.of(a) : Optional.empty();
  }

  private static boolean isComparable(DataType type) {
    return type.equals(DataTypes.BooleanType)
        || type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType)
        || type instanceof DecimalType;
  }

  /** Whether an input row has one key for both. */
  boolean areOneForTheInput(JoinKeys other) {
    return input.equals(other.input) && types.equals(other.types);
  }

  /** The key of an input row; null when any part of it is. */
  Column ofInput() {
    return struct(input);
  }

  /** The key of a row of the view; null when any part of it is. */
  Column ofView() {
    return struct(view);
  }

  private Column struct(List<String> names) {
    Column[] columns = new Column[names.size()];
    Column whole = functions.lit(true);
    for (int i = 0; i < columns.length; i++) {
      Column column = Columns.named(names.get(i));
      columns[i] = column.cast(types.get(i)).as("k" + i);
      whole = whole.and(column.isNotNull());
    }
    return functions.when(whole, functions.struct(columns));
  }

  Column noneNullOfView() {
    return view.stream().map(n -> Columns.named(n).isNotNull()).reduce(Column::and).orElseThrow();
  }

  /** A key as a message shows it: {@code carrier='UA', flight=12}. */
  String text(InternalRow key) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      parts.add(input.get(i) + "=" + text(key, i, types.get(i)));
    }
    return String.join(", ", parts);
  }

  private static String text(InternalRow key, int place, DataType type) {
    if (type instanceof StringType) {
      return "'" + key.getUTF8String(place) + "'";
    }
    if (type instanceof TimestampType) {
      return Timestamps.instant(key.getLong(place)).toString();
    }
    return type instanceof DateType
        ? LocalDate.ofEpochDay(key.getInt(place)).toString()
        : String.valueOf(key.get(place, type));
  }
}
