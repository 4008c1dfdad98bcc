package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a view that a range of as-of times can need, each with the time from which on it is
 * visible.
 */
final class ViewTable {
  static final String MALFORMED_LINE = "malformed line in the table of view ";

  /** The columns of {@link #entries}. */
  static final String KEY = "k";

  static final String TIME = "t";
  static final String ROW = "f";

  private final FeatureView view;
  private final JoinKeys keys;
  private final Dataset<Row> table;
  private final Optional<AsOfRange> range;
  private final boolean goesOn;

  /**
   * Made once: what windows come to is found by a shuffle, which Spark keeps for who asks again.
   */
  private @Nullable List<Dataset<Row>> parts;

  private ViewTable(
      FeatureView view,
      JoinKeys keys,
      Dataset<Row> table,
      Optional<AsOfRange> range,
      boolean goesOn) {
    this.view = view;
    this.keys = keys;
    this.range = range;
    this.goesOn = goesOn;
    this.table = visible(sound(view, table).filter(keys.noneNullOfView()));
  }

  /**
   * For one join.
   *
   * @param range empty when no input row has an as-of time
   */
  static ViewTable of(
      FeatureView view, JoinKeys keys, Dataset<Row> table, Optional<AsOfRange> range) {
    return new ViewTable(view, keys, table, range, false);
  }

  /**
   * For who is asked behind the range too: its rows become visible within the range, and go on
   * leaving windows behind it.
   */
  static ViewTable thatGoesOn(
      FeatureView view, JoinKeys keys, Dataset<Row> table, Optional<AsOfRange> range) {
    return new ViewTable(view, keys, table, range, true);
  }

  FeatureView view() {
    return view;
  }

  JoinKeys keys() {
    return keys;
  }

  /**
   * Rows that can answer: key, visible from, and the row as {@link FeatureRows} reads it; of a
   * windowed view what its windows come to from that time on ({@link WindowPass}). Where there is a
   * maximum age, beside them of each key when its first row became visible that is too old for
   * every as-of time of the range, with null for the row: enough to tell {@code stale} from {@code
   * no-row}.
   */
  Dataset<Row> entries() {
    return parts().stream().reduce(Dataset::union).orElseThrow();
  }

  /** {@link #entries} apart: the rows that are young enough for some as-of time, and the others. */
  List<Dataset<Row>> parts() {
    List<Dataset<Row>> made = parts;
    if (made == null) {
      made = withTooOld(view.isWindowed() ? ofWindows() : young());
      parts = made;
    }
    return made;
  }

  /** What is read of the table for {@link #entries}. */
  Dataset<Row> read() {
    return withTooOld(young()).stream().reduce(Dataset::union).orElseThrow();
  }

  private List<Dataset<Row>> withTooOld(Dataset<Row> answering) {
    DataType row = answering.schema().apply(ROW).dataType();
    return tooOld()
        .map(old -> List.of(answering, old.withColumn(ROW, functions.lit(null).cast(row))))
        .orElse(List.of(answering));
  }

  /** The rows of the table that are young enough for some as-of time: what is read of it. */
  Dataset<Row> young() {
    Dataset<Row> young =
        lowerBound().map(bound -> table.filter(eventTime().geq(bound))).orElse(table);
    return young.select(keys.ofView().as(KEY), visibleFrom(view).as(TIME), payload().as(ROW));
  }

  /** What the windows come to, as rows of a view without windows. */
  private Dataset<Row> ofWindows() {
    StructType row = new StructType().add("e", DataTypes.LongType, false);
    row = row.add("b1", DataTypes.LongType, false);
    for (Feature feature : view.features()) {
      row = row.add("v" + row.size(), Columns.sparkType(feature.type()), true);
    }
    Dataset<Row> young = young();
    StructType schema =
        new StructType()
            .add(young.schema().apply(KEY))
            .add(TIME, DataTypes.LongType, false)
            .add(ROW, row, true);
    WindowPass pass =
        new WindowPass(
            WindowRule.of(view, tieBreakTypes()),
            keys.types().size(),
            range.map(of -> Timestamps.micros(of.earliest())).orElse(Long.MIN_VALUE),
            goesOn || range.isEmpty() ? Long.MAX_VALUE : Timestamps.micros(range.get().latest()));
    return JoinPlan.classic(young)
        .internalCreateDataFrame(
            young
                .repartition(functions.col(KEY))
                .sortWithinPartitions(KEY, TIME)
                .queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(pass)
                .rdd(),
            schema,
            false);
  }

  private Optional<Dataset<Row>> tooOld() {
    return lowerBound()
        .map(
            bound ->
                table
                    .filter(eventTime().lt(bound))
                    .select(keys.ofView().as(KEY), visibleFrom(view).as(TIME))
                    .groupBy(functions.col(KEY))
                    .agg(functions.min(TIME).as(TIME)));
  }

  /** What executors know of the view. */
  ViewRule rule() {
    return new ViewRule(
        view.name(),
        keys,
        view.isStatic(),
        view.isWindowed(),
        view.maxAgeMicros(),
        view.onTie() == FeatureView.OnTie.ANY,
        view.nulls() == FeatureView.NullPolicy.LAST_KNOWN,
        new FeatureRows(
            view.isWindowed() ? List.of(DataTypes.LongType) : tieBreakTypes(),
            view.features().stream().map(feature -> Columns.sparkType(feature.type())).toList()));
  }

  private List<DataType> tieBreakTypes() {
    List<DataType> types = new ArrayList<>();
    for (String name : view.tieBreak()) {
      types.add(Columns.field(table.schema(), name).orElseThrow().dataType());
    }
    return List.copyOf(types);
  }

  /** What the view's malformed lines would have said nobody knows, so none is passed over. */
  static Dataset<Row> sound(FeatureView view, Dataset<Row> table) {
    if (Columns.field(table.schema(), TableReader.MALFORMED).isEmpty()) {
      return table;
    }
    Column line = Columns.named(TableReader.MALFORMED);
    Column complaint =
        functions.concat(
            functions.lit(MALFORMED_LINE + "'" + view.name() + "': "),
            line,
            functions.lit("; it has another number of values than the header: mend the file"));
    return table.filter(
        functions
            .when(line.isNotNull(), functions.raise_error(complaint).cast(DataTypes.BooleanType))
            .otherwise(true));
  }

  private Dataset<Row> visible(Dataset<Row> table) {
    if (view.isStatic()) {
      return table;
    }
    if (range.isEmpty()) {
      return table.filter(functions.lit(false));
    }
    // On the columns themselves, so that Parquet can pass over what lies outside.
    Column latest = functions.lit(range.get().latest());
    Dataset<Row> visible = table.filter(eventTime().isNotNull());
    if (view.availability() instanceof Availability.After after) {
      Column arrived = functions.lit(range.get().latest().minus(after.delay()));
      visible = visible.filter(eventTime().leq(arrived));
    } else if (view.availability() instanceof Availability.AtColumn at) {
      visible = visible.filter(Columns.named(at.column()).leq(latest));
    }
    return visible.filter(isStrict() ? eventTime().lt(latest) : eventTime().leq(latest));
  }

  private Optional<Column> lowerBound() {
    long maxAge = view.maxAgeMicros();
    if (view.isStatic() || maxAge == Long.MAX_VALUE || range.isEmpty()) {
      return Optional.empty();
    }
    long earliest = Timestamps.micros(range.get().earliest());
    return Optional.of(functions.lit(Timestamps.instant(earliest - maxAge)));
  }

  /**
   * The time from which on a row may be seen, in microseconds; 0 of a static view. Of no account
   * where the column of its availability is null.
   */
  static Column visibleFrom(FeatureView view) {
    if (view.isStatic()) {
      return functions.lit(0L);
    }
    Column event = functions.unix_micros(Columns.named(view.eventTime().orElseThrow()));
    Column open = view.boundary() == FeatureView.Boundary.STRICT ? event.plus(1L) : event;
    if (view.availability() instanceof Availability.After after) {
      return functions.greatest(open, event.plus(Timestamps.micros(after.delay())));
    }
    if (view.availability() instanceof Availability.AtColumn at) {
      return functions.greatest(open, functions.unix_micros(Columns.named(at.column())));
    }
    return open;
  }

  private Column payload() {
    List<Column> fields = new ArrayList<>();
    fields.add((view.isStatic() ? functions.lit(0L) : functions.unix_micros(eventTime())).as("e"));
    for (String name : view.tieBreak()) {
      fields.add(Columns.named(name).as("b" + fields.size()));
    }
    for (Column value : values()) {
      fields.add(value.as("v" + fields.size()));
    }
    return functions.struct(fields.toArray(Column[]::new));
  }

  private List<Column> values() {
    return view.isWindowed()
        ? WindowRule.inputs(view).stream().map(WindowRule.Input::of).toList()
        : view.features().stream()
            .map(feature -> Columns.named(feature.column()).cast(Columns.sparkType(feature.type())))
            .toList();
  }

  private Column eventTime() {
    return Columns.named(view.eventTime().orElseThrow());
  }

  private boolean isStrict() {
    return view.boundary() == FeatureView.Boundary.STRICT;
  }
}
