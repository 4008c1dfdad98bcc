package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

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

  /**
   * For one join.
   *
   * @param range empty when no input row has an as-of time
   */
  ViewTable(FeatureView view, JoinKeys keys, Dataset<Row> table, Optional<AsOfRange> range) {
    this.view = view;
    this.keys = keys;
    this.range = range;
    this.table = visible(sound(table).filter(keys.noneNullOfView()));
  }

  FeatureView view() {
    return view;
  }

  JoinKeys keys() {
    return keys;
  }

  /**
   * Rows that can answer: key, visible from, and the row as {@link FeatureRows} reads it. Where
   * there is a maximum age, beside them of each key when its first row became visible that is too
   * old for every as-of time of the range, with null for the row: enough to tell {@code stale} from
   * {@code no-row}.
   */
  Dataset<Row> entries() {
    return parts().stream().reduce(Dataset::union).orElseThrow();
  }

  /** {@link #entries} apart: the rows that are young enough for some as-of time, and the others. */
  List<Dataset<Row>> parts() {
    Dataset<Row> young =
        lowerBound().map(bound -> table.filter(eventTime().geq(bound))).orElse(table);
    Dataset<Row> answering =
        young.select(keys.ofView().as(KEY), visibleFrom().as(TIME), payload().as(ROW));
    return tooOld()
        .map(
            old ->
                List.of(
                    answering,
                    old.withColumn(
                        ROW, functions.lit(null).cast(answering.schema().apply(ROW).dataType()))))
        .orElse(List.of(answering));
  }

  private Optional<Dataset<Row>> tooOld() {
    return lowerBound()
        .map(
            bound ->
                table
                    .filter(eventTime().lt(bound))
                    .select(keys.ofView().as(KEY), visibleFrom().as(TIME))
                    .groupBy(functions.col(KEY))
                    .agg(functions.min(TIME).as(TIME)));
  }

  /** What executors know of the view. */
  ViewRule rule() {
    List<org.apache.spark.sql.types.DataType> tieBreaks = new ArrayList<>();
    for (String name : view.tieBreak()) {
      tieBreaks.add(Columns.field(table.schema(), name).orElseThrow().dataType());
    }
    return new ViewRule(
        view.name(),
        keys,
        view.isStatic(),
        maxAge(view),
        view.onTie() == FeatureView.OnTie.ANY,
        view.nulls() == FeatureView.NullPolicy.LAST_KNOWN,
        new FeatureRows(
            List.copyOf(tieBreaks),
            view.features().stream().map(feature -> Columns.sparkType(feature.type())).toList()));
  }

  /** The maximum age in microseconds, {@link Long#MAX_VALUE} for none. */
  static long maxAge(FeatureView view) {
    return view.maxAge().map(ViewTable::micros).orElse(Long.MAX_VALUE);
  }

  private static long micros(Duration duration) {
    // Hundreds of thousands of years are no limit.
    return duration.toDays() > 100_000_000L
        ? Long.MAX_VALUE
        : duration.toSeconds() * 1_000_000L + duration.toNanosPart() / 1_000;
  }

  /** What the view's malformed lines would have said nobody knows, so none is passed over. */
  private Dataset<Row> sound(Dataset<Row> table) {
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
    long maxAge = maxAge(view);
    if (view.isStatic() || maxAge == Long.MAX_VALUE || range.isEmpty()) {
      return Optional.empty();
    }
    long earliest = Timestamps.micros(range.get().earliest());
    return Optional.of(functions.lit(Timestamps.instant(earliest - maxAge)));
  }

  private Column visibleFrom() {
    if (view.isStatic()) {
      return functions.lit(0L);
    }
    Column event = functions.unix_micros(eventTime());
    Column open = isStrict() ? event.plus(1L) : event;
    if (view.availability() instanceof Availability.After after) {
      return functions.greatest(open, event.plus(micros(after.delay())));
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
    for (Feature feature : view.features()) {
      fields.add(
          Columns.named(feature.column())
              .cast(Columns.sparkType(feature.type()))
              .as("v" + fields.size()));
    }
    return functions.struct(fields.toArray(Column[]::new));
  }

  private Column eventTime() {
    return Columns.named(view.eventTime().orElseThrow());
  }

  private boolean isStrict() {
    return view.boundary() == FeatureView.Boundary.STRICT;
  }
}
