package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Joins feature views to input rows, each row as of its own time. Which row of a view answers is
 * said by {@link FeatureView}; every input row comes out exactly once, duplicates included.
 *
 * <p>What comes out: the input's columns, the views' features in order (of their declared types),
 * {@link ReservedColumns#FLAGS} and {@link ReservedColumns#REJECTION}. The flags are {@code
 * no-row:<view>} and {@code stale:<view>} in the order of the views, then {@code
 * imputed:<feature>}; flags that the input has stay before them. A row whose view has no row or
 * only a stale one gets the view's defaults and that one flag; {@code imputed} stands for a default
 * in place of a null in a row that did answer. A rejected row is not filled: features of the view
 * that rejected it and of later ones are null. Rows that come in rejected go out as they are, with
 * null features.
 *
 * <p><b>Small views</b> are sent to every executor and looked up there, by key and binary search;
 * input rows stay where they are. <b>Larger ones</b> are shuffled with the input by key and sorted
 * by time (as-of time of an input row; of a feature row the time from which on it is visible,
 * max(event time, available time)). Then the feature rows before an input row are exactly those
 * visible to it, since a later as-of time sees all that an earlier one saw. The answer is the
 * greatest visible row, so a running maximum is enough, and it is then too old or not; see {@link
 * dev.nightjar.feature.VisibleRows}. Nothing is compared with an inequality join and no key's
 * history is held. Views with the same keys of the input share the shuffle. Which way a view takes
 * is chosen by its size ({@link #choices}), or said with {@link #with}; the rows are the same.
 *
 * <p><b>What is read.</b> Of a view, the needed columns of rows that as-of times between the
 * input's least and greatest can match. Older rows are read with keys and times alone, for whether
 * they exist decides between {@code stale} and {@code no-row}, and a row's flags must not depend on
 * which other rows are scored with it.
 *
 * <p><b>When.</b> The rows of small views are read when {@link #join} is called, and where views
 * are merged the shuffle begins then.
 *
 * <p>When merged, one key's rows go through one task, so a view with few keys uses few tasks.
 */
public final class PointInTimeJoin {
  private final List<FeatureView> views;
  private final Function<FeatureView, Dataset<Row>> tables;
  private final Map<String, JoinWay> ways;

  private PointInTimeJoin(
      List<FeatureView> views,
      Function<FeatureView, Dataset<Row>> tables,
      Map<String, JoinWay> ways) {
    this.views = List.copyOf(views);
    this.tables = tables;
    this.ways = Map.copyOf(ways);
  }

  /**
   * A join with these views, in this order.
   *
   * @param views with defaults that are constants, for {@link #join}: {@link
   *     dev.nightjar.feature.FeatureStatistics#resolve}
   * @param tables gives each view's table, as {@link TableReader} reads it
   */
  public static PointInTimeJoin of(
      List<FeatureView> views, Function<FeatureView, Dataset<Row>> tables) {
    return new PointInTimeJoin(views, tables, Map.of());
  }

  /**
   * The same join with the way in which some views are joined.
   *
   * @param chosen by name of view; those that are not in it are chosen by size
   * @throws IllegalArgumentException when the join has no view of such a name
   */
  public PointInTimeJoin with(Map<String, JoinWay> chosen) {
    List<String> names = views.stream().map(FeatureView::name).toList();
    for (String name : chosen.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("'" + name + "' is none of the join's views " + names);
      }
    }
    return new PointInTimeJoin(views, tables, chosen);
  }

  /**
   * The input with features, defaults filled in.
   *
   * @param asOfColumn a timestamp; can be empty when all views are static
   * @param range of the as-of times, when it is known; else the input is read once to find it. A
   *     row outside fails the join
   * @throws TableException with everything that {@link #check} finds
   */
  public Dataset<Row> join(
      Dataset<Row> input, Optional<String> asOfColumn, Optional<AsOfRange> range) {
    Defaults.refuseStatistics(views);
    return plan(input, asOfColumn, range).join(true);
  }

  /** As {@link #join}, with null where a default would stand: what statistics are computed over. */
  public Dataset<Row> matched(
      Dataset<Row> input, Optional<String> asOfColumn, Optional<AsOfRange> range) {
    return plan(input, asOfColumn, range).join(false);
  }

  private JoinPlan plan(
      Dataset<Row> input, Optional<String> asOfColumn, Optional<AsOfRange> range) {
    Map<String, Dataset<Row>> read = read(input.schema(), asOfColumn);
    Dataset<Row> rows = prepared(input);
    Optional<AsOfRange> known = range.or(() -> rangeOf(rows, asOfColumn));
    return new JoinPlan(rows, viewTables(input.schema(), read, known), asOfColumn, known, ways);
  }

  private Map<String, Dataset<Row>> read(StructType input, Optional<String> asOfColumn) {
    Map<String, Dataset<Row>> read = new LinkedHashMap<>();
    Map<String, StructType> schemas = new LinkedHashMap<>();
    for (FeatureView view : views) {
      Dataset<Row> table = tables.apply(view);
      read.put(view.name(), table);
      schemas.put(view.name(), table.schema());
    }
    List<String> problems = check(input, asOfColumn, schemas);
    if (!problems.isEmpty()) {
      throw new TableException(String.join("\n", problems));
    }
    return read;
  }

  private List<ViewTable> viewTables(
      StructType input, Map<String, Dataset<Row>> read, Optional<AsOfRange> range) {
    List<ViewTable> viewTables = new ArrayList<>();
    for (FeatureView view : views) {
      Dataset<Row> table = Objects.requireNonNull(read.get(view.name()));
      JoinKeys keys = JoinKeys.of(view.keys(), input, table.schema());
      viewTables.add(ViewTable.of(view, keys, table, range));
    }
    return viewTables;
  }

  /** The columns of what {@link #join} gives for rows of these, without reading any. */
  public StructType schema(StructType input) {
    StructType schema = new StructType();
    for (StructField field : input.fields()) {
      if (!field.name().equals(ReservedColumns.FLAGS)
          && !field.name().equals(ReservedColumns.REJECTION)) {
        schema = schema.add(field);
      }
    }
    for (StructField field : JoinPlan.addedColumns(views).fields()) {
      schema = schema.add(field);
    }
    return schema;
  }

  /**
   * How each view would be joined, and why; its rows are weighed, no further than needed.
   *
   * @param range of the as-of times; empty when there are none
   * @throws TableException with everything that {@link #check} finds
   */
  public List<JoinChoice> choices(
      SparkSession spark,
      StructType input,
      Optional<String> asOfColumn,
      Optional<AsOfRange> range) {
    Broadcasts broadcasts = Broadcasts.of((org.apache.spark.sql.classic.SparkSession) spark);
    List<JoinChoice> choices = new ArrayList<>();
    for (ViewTable table : viewTables(input, read(input, asOfColumn), range)) {
      String view = table.view().name();
      Broadcasts.Choice choice = broadcasts.choice(table, ways.get(view));
      String physical = table.read().queryExecution().executedPlan().toString();
      choices.add(new JoinChoice(view, choice.way(), choice.reason(), choice.bytes(), physical));
    }
    return choices;
  }

  /**
   * What stands against the join, one message each: columns that are absent or of the wrong type,
   * names that collide, a missing as-of column. Empty when it can be done.
   *
   * @param tables by name of view
   */
  public List<String> check(
      StructType input, Optional<String> asOfColumn, Map<String, StructType> tables) {
    return new JoinCheck(input, asOfColumn).of(views, tables);
  }

  private static Dataset<Row> prepared(Dataset<Row> input) {
    Dataset<Row> prepared = input;
    if (Columns.field(input.schema(), ReservedColumns.FLAGS).isEmpty()) {
      prepared = prepared.withColumn(ReservedColumns.FLAGS, RowMarks.noFlags());
    }
    if (Columns.field(input.schema(), ReservedColumns.REJECTION).isEmpty()) {
      prepared =
          prepared.withColumn(
              ReservedColumns.REJECTION, functions.lit(null).cast(RowMarks.REJECTION));
    }
    return prepared;
  }

  private Optional<AsOfRange> rangeOf(Dataset<Row> input, Optional<String> asOfColumn) {
    if (asOfColumn.isEmpty() || views.stream().allMatch(FeatureView::isStatic)) {
      return Optional.empty();
    }
    Column time = functions.unix_micros(Columns.named(asOfColumn.get()));
    Row ends =
        input
            .filter(Columns.named(ReservedColumns.REJECTION).isNull())
            .agg(functions.min(time), functions.max(time))
            .head();
    return ends.isNullAt(0)
        ? Optional.empty()
        : Optional.of(AsOfRange.ofMicros(ends.getLong(0), ends.getLong(1)));
  }
}
