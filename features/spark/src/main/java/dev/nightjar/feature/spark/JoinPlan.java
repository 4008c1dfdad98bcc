package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One join on its way: which views are sent round and which are merged, and the passes one behind
 * the other. Views that are merged and have the input's keys in common share a shuffle; views that
 * are sent are looked up in the last pass, over whatever rows there are then.
 */
final class JoinPlan {
  private static final Set<String> MARKS = Set.of(ReservedColumns.FLAGS, ReservedColumns.REJECTION);

  private final SparkSession session;
  private final Dataset<Row> input;
  private final List<ViewTable> tables;
  private final Optional<String> asOf;
  private final Optional<AsOfRange> range;

  /** The indexes of the views that are sent, by the view's place. */
  private final Map<Integer, ViewIndex> indexes = new HashMap<>();

  /** Where the last pass finds each view's key and, of those that were merged, the answer. */
  private final int[] keyPlaces;

  private final int[] answerPlaces;
  private int width;

  /**
   * For one join.
   *
   * @param input with flags and rejection
   * @param ways of views by name, where they are not to be chosen
   */
  JoinPlan(
      Dataset<Row> input,
      List<ViewTable> tables,
      Optional<String> asOf,
      Optional<AsOfRange> range,
      Map<String, JoinWay> ways) {
    this.session = classic(input);
    this.input = input;
    this.tables = tables;
    this.asOf = asOf;
    this.range = range;
    this.keyPlaces = new int[tables.size()];
    this.answerPlaces = new int[tables.size()];
    Broadcasts broadcasts = Broadcasts.of(session);
    for (int i = 0; i < tables.size(); i++) {
      index(broadcasts, i, ways.get(tables.get(i).view().name()));
    }
  }

  /** The session that rows belong to. */
  static SparkSession classic(Dataset<Row> rows) {
    if (rows.sparkSession() instanceof SparkSession classic) {
      return classic;
    }
    throw new TableException(
        "feature views are joined within a session of Spark itself, and this one is a "
            + rows.sparkSession().getClass().getName()
            + "; run where the driver is, not through Spark Connect");
  }

  private void index(Broadcasts broadcasts, int view, @Nullable JoinWay asked) {
    ViewTable table = tables.get(view);
    if (broadcasts.choice(table, asked).way() == JoinWay.BROADCAST) {
      indexes.put(view, ViewIndexBuilder.index(table.rule(), Broadcasts.rows(table.entries())));
    }
  }

  /** Rows of the input's columns, then features, flags and rejection. */
  Dataset<Row> join(boolean filled) {
    RDD<InternalRow> rows = merged(withKeys());
    FeaturePass pass = new FeaturePass(shape(), views(), filled);
    return session.internalCreateDataFrame(
        rows.toJavaRDD().mapPartitions(pass).rdd(), pass.schema(), false);
  }

  /** The input with its keys for the views that are sent, equal ones once. */
  private Dataset<Row> withKeys() {
    List<JoinKeys> known = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (String name : input.columns()) {
      columns.add(Columns.named(name));
    }
    for (int view = 0; view < tables.size(); view++) {
      if (indexes.containsKey(view)) {
        JoinKeys keys = tables.get(view).keys();
        int place = place(keys, known);
        if (place == known.size()) {
          known.add(keys);
          columns.add(keys.ofInput().as(ReservedColumns.PREFIX + "key_of_" + place));
        }
        keyPlaces[view] = input.schema().size() + place;
      }
    }
    width = columns.size();
    return input.select(columns.toArray(Column[]::new));
  }

  private static int place(JoinKeys keys, List<JoinKeys> known) {
    int place = 0;
    while (place < known.size() && !known.get(place).areOneForTheInput(keys)) {
      place++;
    }
    return place;
  }

  /** The rows behind which the views that are merged have put their answers. */
  private RDD<InternalRow> merged(Dataset<Row> keyed) {
    Dataset<Row> rows = keyed;
    StructType schema = keyed.schema();
    RDD<InternalRow> merged = null;
    List<List<Integer>> groups = groups();
    for (int group = 0; group < groups.size(); group++) {
      if (merged != null) {
        rows = session.internalCreateDataFrame(merged, schema, false);
      }
      List<ViewTable> ofGroup = groups.get(group).stream().map(tables::get).toList();
      MergeJoin merge =
          new MergeJoin(ofGroup, ofGroup.get(0).view().isStatic() ? Optional.empty() : asOf, range);
      merged = merge.join(rows);
      schema = rows.schema();
      for (StructField field : merge.added(group).fields()) {
        schema = schema.add(field);
      }
      place(groups.get(group));
    }
    return merged == null ? rows.queryExecution().toRdd() : merged;
  }

  /** Notes where a group's key and answers stand. */
  private void place(List<Integer> group) {
    int place = width + MergedColumns.BEFORE_VIEWS;
    for (int view : group) {
      keyPlaces[view] = width;
      answerPlaces[view] = place;
      place += MergedColumns.width(tables.get(view).view().features().size());
    }
    width = place;
  }

  /** The views that are merged, those together that can share a shuffle. */
  private List<List<Integer>> groups() {
    List<List<Integer>> groups = new ArrayList<>();
    for (int view = 0; view < tables.size(); view++) {
      if (indexes.containsKey(view)) {
        continue;
      }
      ViewTable table = tables.get(view);
      List<Integer> group = null;
      for (List<Integer> other : groups) {
        ViewTable first = tables.get(other.get(0));
        if (first.keys().areOneForTheInput(table.keys())
            && first.view().isStatic() == table.view().isStatic()) {
          group = other;
        }
      }
      if (group == null) {
        group = new ArrayList<>();
        groups.add(group);
      }
      group.add(view);
    }
    return groups;
  }

  private List<FeaturePass.View> views() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<FeaturePass.View> views = new ArrayList<>();
    for (int view = 0; view < tables.size(); view++) {
      ViewTable table = tables.get(view);
      ViewIndex index = indexes.get(view);
      Broadcast<ViewIndex> sent = index == null ? null : context.broadcast(index);
      views.add(
          new FeaturePass.View(
              table.rule(),
              sent,
              keyPlaces[view],
              answerPlaces[view],
              Defaults.values(table.view()),
              table.view().features().stream().map(Feature::name).toList()));
    }
    return views;
  }

  private FeaturePass.Shape shape() {
    List<String> names = List.of(input.columns());
    StructType kept = new StructType();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (!MARKS.contains(names.get(i))) {
        kept = kept.add(input.schema().fields()[i]);
        places.add(i);
      }
    }
    boolean timed = asOf.isPresent() && range.isPresent() && !areAllStatic();
    return new FeaturePass.Shape(
        kept,
        places,
        names.indexOf(ReservedColumns.FLAGS),
        names.indexOf(ReservedColumns.REJECTION),
        timed ? names.indexOf(asOf.get()) : -1,
        timed ? Timestamps.micros(range.get().earliest()) : Long.MIN_VALUE,
        timed ? Timestamps.micros(range.get().latest()) : Long.MAX_VALUE,
        addedColumns(tables.stream().map(ViewTable::view).toList()));
  }

  private boolean areAllStatic() {
    return tables.stream().allMatch(table -> table.view().isStatic());
  }

  /** The features of views, then flags and rejection. */
  static StructType addedColumns(List<FeatureView> views) {
    StructType added = new StructType();
    for (FeatureView view : views) {
      for (Feature feature : view.features()) {
        added = added.add(feature.name(), Columns.sparkType(feature.type()), true);
      }
    }
    return added
        .add(ReservedColumns.FLAGS, RowMarks.FLAGS, false)
        .add(ReservedColumns.REJECTION, RowMarks.REJECTION, true);
  }
}
