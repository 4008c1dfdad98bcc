package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Fills in the defaults of views, in rows that are not rejected. */
final class Defaults {
  private Defaults() {}

  static void refuseStatistics(List<FeatureView> views) {
    for (FeatureView view : views) {
      for (Feature feature : view.features()) {
        if (feature.defaultValue() instanceof Statistic) {
          throw new IllegalArgumentException(
              "feature '"
                  + feature.name()
                  + "' of view '"
                  + view.name()
                  + "' has a statistic of training for its default; put in the figure with"
                  + " FeatureStatistics.resolve first");
        }
      }
    }
  }

  static Dataset<Row> fill(Dataset<Row> matched, List<FeatureView> views) {
    Column flags = Columns.named(ReservedColumns.FLAGS);
    Column accepted = Columns.named(ReservedColumns.REJECTION).isNull();
    Map<String, Column> filled = new HashMap<>();
    List<Column> imputed = new ArrayList<>();
    for (FeatureView view : views) {
      Column answered =
          functions.not(
              functions
                  .array_contains(flags, JoinWords.noRow(view.name()))
                  .or(functions.array_contains(flags, JoinWords.stale(view.name()))));
      for (Feature feature : view.features()) {
        if (feature.defaultValue() instanceof Constant constant) {
          Column value = Columns.named(feature.name());
          Column missing = value.isNull().and(accepted);
          filled.put(
              feature.name(),
              functions.when(missing, literal(constant.value(), feature.type())).otherwise(value));
          imputed.add(
              functions.when(
                  missing.and(answered), functions.lit(JoinWords.imputed(feature.name()))));
        }
      }
    }
    if (filled.isEmpty()) {
      return matched;
    }
    filled.put(
        ReservedColumns.FLAGS,
        functions.concat(
            flags, functions.array_compact(functions.array(imputed.toArray(Column[]::new)))));
    List<Column> columns = new ArrayList<>();
    for (String name : matched.columns()) {
      columns.add(filled.getOrDefault(name, Columns.named(name)).as(name));
    }
    return matched.select(columns.toArray(Column[]::new));
  }

  /** The defaults of a view's features as Spark holds values; null for none. */
  static @Nullable Object[] values(FeatureView view) {
    @Nullable Object[] values = new @Nullable Object[view.features().size()];
    for (int i = 0; i < values.length; i++) {
      Feature feature = view.features().get(i);
      if (feature.defaultValue() instanceof Constant constant) {
        values[i] = value(constant.value(), feature.type());
      }
    }
    return values;
  }

  private static Object value(Object value, DataType type) {
    return switch (type) {
      case BOOLEAN -> value;
      case INTEGER -> ((Number) value).intValue();
      case LONG, TIMESTAMP -> ((Number) value).longValue();
      case FLOAT -> ((Number) value).floatValue();
      case DOUBLE -> ((Number) value).doubleValue();
      case STRING -> UTF8String.fromString(value.toString());
    };
  }

  private static Column literal(Object value, DataType type) {
    Column literal = functions.lit(value);
    return type == DataType.TIMESTAMP
        ? functions.timestamp_micros(literal)
        : literal.cast(Columns.sparkType(type));
  }
}
