package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Rows of a view that stand against each other: equal keys, event time and tie-breaks, and other
 * features. An input row whose newest feature rows are such is rejected, or gets one of them.
 *
 * @param groups how many keys and times have such rows
 * @param examples some of them, as {@code {key} at time: n rows}, in the order of the keys
 */
public record TiedRows(long groups, List<String> examples) {
  public TiedRows {
    examples = List.copyOf(examples);
  }

  /**
   * Looks for them in the whole table.
   *
   * @param table as {@link TableReader} reads it
   * @param most how many examples
   */
  public static TiedRows in(FeatureView view, Dataset<Row> table, int most) {
    if (!view.canBeTied()) {
      return new TiedRows(0, List.of());
    }
    List<Column> group = new ArrayList<>();
    view.keys().values().forEach(name -> group.add(Columns.named(name)));
    view.eventTime().ifPresent(name -> group.add(Columns.named(name)));
    view.tieBreak().forEach(name -> group.add(Columns.named(name)));
    Column known = functions.lit(true);
    for (String name : view.keys().values()) {
      known = known.and(Columns.named(name).isNotNull());
    }
    if (view.eventTime().isPresent()) {
      known = known.and(Columns.named(view.eventTime().get()).isNotNull());
    }
    Dataset<Row> tied =
        ViewTable.sound(view, table)
            .filter(known)
            .groupBy(group.toArray(Column[]::new))
            .agg(functions.count(functions.lit(1)).as("n"), differ(view).as("differ"))
            .filter("differ");
    Column key =
        functions.to_json(
            functions.struct(
                view.keys().values().stream().map(Columns::named).toArray(Column[]::new)));
    Column time =
        view.eventTime()
            .map(name -> functions.unix_micros(Columns.named(name)))
            .orElse(functions.lit(null).cast("long"));
    List<String> examples =
        tied
            .select(key.as("key"), time.as("time"), functions.col("n"))
            .orderBy("key", "time")
            .limit(most)
            .collectAsList()
            .stream()
            .map(TiedRows::words)
            .toList();
    return new TiedRows(examples.size() < most ? examples.size() : tied.count(), examples);
  }

  private static String words(Row row) {
    return row.getString(0)
        + (row.isNullAt(1) ? "" : " at " + Timestamps.instant(row.getLong(1)))
        + ": "
        + row.getLong(2)
        + " rows";
  }

  /** Whether the features of a group differ; of columns by themselves where nulls hide nothing. */
  private static Column differ(FeatureView view) {
    List<Column> values =
        view.features().stream()
            .filter(TiedRows::canBeTied)
            .map(Feature::column)
            .distinct()
            .map(Columns::named)
            .toList();
    if (view.nulls() == FeatureView.NullPolicy.LATEST_ROW && !view.isWindowed()) {
      Column row = functions.struct(values.toArray(Column[]::new));
      return functions.count_distinct(row).gt(1);
    }
    Column any = functions.lit(false);
    for (Column value : values) {
      any = any.or(functions.count_distinct(value).gt(1));
    }
    return any;
  }

  private static boolean canBeTied(Feature feature) {
    return feature.aggregation().map(of -> of.function() == Aggregation.Function.LAST).orElse(true);
  }
}
