package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What executors know of the windows of a view.
 *
 * @param rows how the table's rows are read: event time, tie-break values, the columns that windows
 *     are computed of, each once
 * @param features in the view's order
 * @param anyOnTie whether tied rows answer with one of them
 */
record WindowRule(FeatureRows rows, List<Windowed> features, boolean anyOnTie)
    implements Serializable {
  /** The input of a count of rows. */
  static final int ALL_ROWS = -1;

  /**
   * One feature.
   *
   * @param over the window's length in microseconds
   * @param input the place of its column among the rows' values, or {@link #ALL_ROWS}
   */
  record Windowed(Function function, long over, int input) implements Serializable {}

  /** A column that windows are computed of, as the table has it. */
  record Input(String column, DataType type, boolean isCounted) {
    Column of() {
      Column named = Columns.named(column);
      return isCounted ? named.isNotNull() : named.cast(type);
    }
  }

  /** The columns that the windows of a view are computed of, each once. */
  static List<Input> inputs(FeatureView view) {
    List<Input> inputs = new ArrayList<>();
    for (Feature feature : view.features()) {
      Input input = input(feature);
      if (!countsRows(view, feature) && !inputs.contains(input)) {
        inputs.add(input);
      }
    }
    return inputs;
  }

  /**
   * Of a windowed view.
   *
   * @param tieBreaks types of the tie-break values
   */
  static WindowRule of(FeatureView view, List<DataType> tieBreaks) {
    List<Input> inputs = inputs(view);
    List<Windowed> features = new ArrayList<>();
    for (Feature feature : view.features()) {
      Aggregation aggregation = feature.aggregation().orElseThrow();
      features.add(
          new Windowed(
              aggregation.function(),
              Timestamps.micros(aggregation.over()),
              countsRows(view, feature) ? ALL_ROWS : inputs.indexOf(input(feature))));
    }
    return new WindowRule(
        new FeatureRows(tieBreaks, inputs.stream().map(Input::type).toList()),
        List.copyOf(features),
        view.onTie() == FeatureView.OnTie.ANY);
  }

  private static Input input(Feature feature) {
    boolean isCounted = feature.columnType().isEmpty();
    return new Input(
        feature.column(),
        isCounted ? DataTypes.BooleanType : Columns.sparkType(feature.type()),
        isCounted);
  }

  /** No row of a windowed view is without an event time. */
  private static boolean countsRows(FeatureView view, Feature feature) {
    return feature.columnType().isEmpty()
        && feature.column().equals(view.eventTime().orElseThrow());
  }

  /** The lengths that there are, in microseconds, from the shortest on. */
  long[] lengths() {
    Set<Long> lengths = new TreeSet<>();
    features.forEach(feature -> lengths.add(feature.over()));
    return lengths.stream().mapToLong(Long::longValue).toArray();
  }
}
