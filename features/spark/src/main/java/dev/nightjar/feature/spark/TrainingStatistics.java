package dev.nightjar.feature.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * The figures that defaults of views ask for, over the non-null values of a matched, not yet filled
 * training set. NaN is no value here: one would make every mean NaN. Means, minima and maxima come
 * from one reading of the rows, each most frequent value from one more.
 */
final class TrainingStatistics {
  private TrainingStatistics() {}

  /**
   * Computes them.
   *
   * @param accepted the rows that the join did not reject, features not filled in
   */
  static FeatureStatistics of(Dataset<Row> accepted, List<FeatureView> views) {
    Map<String, Map<String, Object>> figures = new LinkedHashMap<>();
    List<Column> columns = new ArrayList<>();
    for (FeatureView view : views) {
      for (Feature feature : asked(view)) {
        columns.addAll(aggregates(feature));
      }
    }
    if (columns.isEmpty()) {
      return FeatureStatistics.NONE;
    }
    Row row = accepted.agg(functions.count("*"), columns.toArray(Column[]::new)).head();
    int position = 1;
    for (FeatureView view : views) {
      Map<String, Object> ofView = new LinkedHashMap<>();
      for (Feature feature : asked(view)) {
        Object figure =
            kind(feature) == Kind.MOST_FREQUENT
                ? mostFrequent(accepted, feature)
                : figure(feature, row, position);
        position += aggregates(feature).size();
        if (figure != null) {
          ofView.put(feature.name(), figure);
        }
      }
      if (!ofView.isEmpty()) {
        figures.put(view.name(), ofView);
      }
    }
    return new FeatureStatistics(figures);
  }

  /** Features whose default is a statistic for which there was no value. */
  static List<String> withoutFigure(FeatureStatistics statistics, List<FeatureView> views) {
    List<String> names = new ArrayList<>();
    for (FeatureView view : views) {
      Map<String, Object> figures = statistics.values().getOrDefault(view.name(), Map.of());
      for (Feature feature : asked(view)) {
        if (!figures.containsKey(feature.name())) {
          names.add(feature.name());
        }
      }
    }
    return names;
  }

  private static List<Feature> asked(FeatureView view) {
    return view.features().stream().filter(f -> f.defaultValue() instanceof Statistic).toList();
  }

  private static Kind kind(Feature feature) {
    return ((Statistic) feature.defaultValue()).kind();
  }

  private static List<Column> aggregates(Feature feature) {
    Column value = value(feature);
    return switch (kind(feature)) {
      case MIN -> List.of(functions.min(value));
      case MAX -> List.of(functions.max(value));
      case MEAN ->
          feature.type().isFloating()
              ? List.of(
                  functions.udaf(new ExactMean(), Encoders.DOUBLE()).apply(value.cast("double")))
              : List.of(functions.sum(value.cast("decimal(38,0)")), functions.count(value));
      case MOST_FREQUENT -> List.of();
    };
  }

  private static Column value(Feature feature) {
    Column value = Columns.named(feature.name());
    return feature.type().isFloating()
        ? functions.when(functions.not(functions.isnan(value)), value)
        : value;
  }

  private static @Nullable Object figure(Feature feature, Row row, int position) {
    if (row.isNullAt(position)) {
      return null;
    }
    if (kind(feature) != Kind.MEAN) {
      return row.get(position);
    }
    if (feature.type().isFloating()) {
      double mean = row.getDouble(position);
      return feature.type() == DataType.FLOAT ? (Object) (float) mean : (Object) mean;
    }
    BigDecimal mean =
        row.getDecimal(position)
            .divide(BigDecimal.valueOf(row.getLong(position + 1)), 0, RoundingMode.HALF_UP);
    return feature.type() == DataType.INTEGER
        ? (Object) mean.intValueExact()
        : (Object) mean.longValueExact();
  }

  private static @Nullable Object mostFrequent(Dataset<Row> accepted, Feature feature) {
    Column value = value(feature);
    Column plain = feature.type() == DataType.TIMESTAMP ? functions.unix_micros(value) : value;
    List<Row> first =
        accepted
            .select(plain.as("value"))
            .filter(functions.col("value").isNotNull())
            .groupBy("value")
            .count()
            .orderBy(functions.col("count").desc(), functions.col("value").asc())
            .limit(1)
            .collectAsList();
    return first.isEmpty() ? null : requireNonNull(first.get(0)).get(0);
  }
}
