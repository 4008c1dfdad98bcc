package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Figures of the table of a view, as of a moment.
 *
 * @param rows all of them
 * @param withoutKey rows with a null in a key, which match nothing
 * @param withoutTime rows without an event time, or without the time from which on they may be
 *     seen; no row of them is ever seen
 * @param future rows that become visible only after the moment
 * @param keys how many different keys have a row that is visible at the moment
 * @param staleKeys how many of them have none that is young enough
 * @param first the least event time; empty for a static view, and where there is no row
 * @param newest the greatest event time that is visible at the moment; empty likewise
 * @param features in the view's order
 */
public record ViewStatistics(
    long rows,
    long withoutKey,
    long withoutTime,
    long future,
    long keys,
    long staleKeys,
    Optional<Instant> first,
    Optional<Instant> newest,
    List<OfFeature> features) {
  private static final String KEY = "key";
  private static final String VISIBLE = "visible";
  private static final String EVENT = "event";

  public ViewStatistics {
    features = List.copyOf(features);
  }

  /**
   * Figures of a feature's column, nulls apart. Of a windowed feature they are of the values that
   * go into the windows.
   *
   * @param name of the feature
   * @param nulls rows in which it is null
   * @param notNumbers rows in which it is NaN
   * @param distinct about how many different values (HyperLogLog++, 5 % off as a rule)
   * @param least value, as text; null of none, and for truth values
   * @param greatest value, as text; null likewise
   * @param mean of the values that are numbers, NaN left out; empty of none, and for other types
   */
  public record OfFeature(
      String name,
      long nulls,
      long notNumbers,
      long distinct,
      @Nullable String least,
      @Nullable String greatest,
      OptionalDouble mean) {}

  /**
   * Computes them, in two passes over the table.
   *
   * @param table as {@link TableReader} reads it
   * @param now the moment
   * @throws TableException with everything that stands against reading the view
   */
  public static ViewStatistics of(FeatureView view, Dataset<Row> table, Instant now) {
    List<String> problems = JoinCheck.ofView(view, table.schema());
    if (!problems.isEmpty()) {
      throw new TableException(String.join("\n", problems));
    }
    Dataset<Row> sound = ViewTable.sound(view, table);
    Column keyed = JoinKeys.ofView(view, table.schema()).noneNullOfView();
    Column event = eventTime(view);
    Column visible = visibleFrom(view);
    List<Column> figures = new ArrayList<>();
    figures.add(functions.count(functions.lit(1)));
    figures.add(functions.count_if(functions.not(keyed)));
    figures.add(functions.count_if(visible.isNull()));
    figures.add(functions.count_if(visible.gt(Timestamps.micros(now))));
    figures.add(functions.min(event));
    for (Feature feature : view.features()) {
      figures.addAll(figures(table, feature));
    }
    Row all =
        sound.agg(figures.get(0), figures.subList(1, figures.size()).toArray(Column[]::new)).head();
    Row keys = keys(view, sound, keyed, now);
    List<OfFeature> features = new ArrayList<>();
    int place = 5;
    for (Feature feature : view.features()) {
      features.add(ofFeature(feature, all, place));
      place += 6;
    }
    return new ViewStatistics(
        all.getLong(0),
        all.getLong(1),
        all.getLong(2),
        all.getLong(3),
        keys.getLong(0),
        keys.getLong(1),
        view.isStatic() ? Optional.empty() : instant(all, 4),
        view.isStatic() ? Optional.empty() : instant(keys, 2),
        features);
  }

  /**
   * The greatest event time among the rows that are visible at a moment; empty where none is.
   *
   * @param view that is not static
   * @param table as {@link TableReader} reads it
   */
  public static Optional<Instant> newest(FeatureView view, Dataset<Row> table, Instant moment) {
    Row found =
        ViewTable.sound(view, table)
            .filter(visibleFrom(view).leq(Timestamps.micros(moment)))
            .agg(functions.max(eventTime(view)))
            .head();
    return instant(found, 0);
  }

  /** Keys, stale keys and the newest event time among the rows that are visible. */
  private static Row keys(FeatureView view, Dataset<Row> sound, Column keyed, Instant now) {
    long moment = Timestamps.micros(now);
    Column stale =
        view.maxAgeMicros() == Long.MAX_VALUE
            ? functions.lit(false)
            : functions.col(EVENT).lt(moment - view.maxAgeMicros());
    return sound
        .filter(keyed)
        .select(
            functions
                .struct(view.keys().values().stream().map(Columns::named).toArray(Column[]::new))
                .as(KEY),
            eventTime(view).as(EVENT),
            visibleFrom(view).as(VISIBLE))
        .filter(functions.col(VISIBLE).leq(moment))
        .groupBy(KEY)
        .agg(functions.max(EVENT).as(EVENT))
        .agg(functions.count(functions.lit(1)), functions.count_if(stale), functions.max(EVENT))
        .head();
  }

  private static List<Column> figures(Dataset<Row> table, Feature feature) {
    org.apache.spark.sql.types.DataType type =
        Columns.field(table.schema(), feature.column()).orElseThrow().dataType();
    Column value = Columns.named(feature.column());
    boolean floating = type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
    boolean ordered = !type.equals(DataTypes.BooleanType);
    boolean number = feature.columnType().filter(DataType::isNumeric).isPresent();
    Column proper = floating ? functions.when(functions.not(functions.isnan(value)), value) : value;
    Column nothing = functions.lit(null).cast("string");
    return List.of(
        functions.count_if(value.isNull()),
        floating ? functions.count_if(functions.isnan(value)) : functions.lit(0L),
        functions.approx_count_distinct(value),
        ordered ? functions.min(proper).cast("string") : nothing,
        ordered ? functions.max(proper).cast("string") : nothing,
        number ? functions.avg(proper.cast("double")) : functions.lit(null).cast("double"));
  }

  private static OfFeature ofFeature(Feature feature, Row all, int place) {
    return new OfFeature(
        feature.name(),
        all.getLong(place),
        all.getLong(place + 1),
        all.getLong(place + 2),
        all.getString(place + 3),
        all.getString(place + 4),
        all.isNullAt(place + 5)
            ? OptionalDouble.empty()
            : OptionalDouble.of(all.getDouble(place + 5)));
  }

  private static Column eventTime(FeatureView view) {
    return view.eventTime()
        .map(column -> functions.unix_micros(Columns.named(column)))
        .orElse(functions.lit(0L));
  }

  /** Microseconds since 1970 from which on a row may be seen; null where it never is. */
  private static Column visibleFrom(FeatureView view) {
    // 'greatest' passes over nulls, and a row without one of its times is never seen.
    Column timed = eventTime(view).isNotNull();
    if (view.availability() instanceof Availability.AtColumn at) {
      timed = timed.and(Columns.named(at.column()).isNotNull());
    }
    return functions.when(timed, ViewTable.visibleFrom(view));
  }

  private static Optional<Instant> instant(Row row, int place) {
    return row.isNullAt(place)
        ? Optional.empty()
        : Optional.of(Timestamps.instant(row.getLong(place)));
  }
}
