package dev.nightjar.feature.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The keys of an input and a view, brought to common types.
 *
 * @param input the input's key columns
 * @param view the view's, in the same order
 * @param types what both are compared as
 */
record JoinKeys(List<String> input, List<String> view, List<DataType> types) {

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

  List<Carried> carried() {
    return types.stream().map(Carried::of).toList();
  }

  /** The key of an input row, as {@link AsOfPass} compares it. */
  Column ofInput() {
    return struct(input);
  }

  /** The key of a row of the view. */
  Column ofView() {
    return struct(view);
  }

  private Column struct(List<String> names) {
    Column[] columns = new Column[names.size()];
    for (int i = 0; i < columns.length; i++) {
      DataType type = types.get(i);
      columns[i] = Carried.of(type).carry(Columns.named(names.get(i)).cast(type)).as("k" + i);
    }
    return functions.struct(columns);
  }

  Column anyNullOfInput() {
    return anyNull(input);
  }

  Column noneNullOfView() {
    return functions.not(anyNull(view));
  }

  private static Column anyNull(List<String> names) {
    return names.stream().map(n -> Columns.named(n).isNull()).reduce(Column::or).orElseThrow();
  }
}
