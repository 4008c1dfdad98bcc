package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Holds a join against time: of given rows, that none was answered by a feature row which was newer
 * than the row's as-of time or not yet available then, and that the row which answered is the one
 * that an inequality over all rows of the key finds. And what the join would have answered, had the
 * values arrived later.
 *
 * <p>The join hands out the event time of the row that answers as one more feature, so it is
 * carried by the very rows that carry the values. The inequality is Spark's own join on equal keys
 * with the rule of the design as a filter; it shares no code with ours, and is only fit for
 * samples.
 */
public final class PointInTimeAudit {
  private static final String PLACE = ReservedColumns.PREFIX + "place";
  private static final String KEY = ReservedColumns.PREFIX + "key";
  private static final String AS_OF = ReservedColumns.PREFIX + "as_of";

  private final List<FeatureView> views;
  private final Function<FeatureView, Dataset<Row>> tables;
  private final BiFunction<FeatureView, Dataset<Row>, PointInTimeJoin> join;

  /**
   * Of a join.
   *
   * @param views with defaults that are constants: {@link
   *     dev.nightjar.feature.FeatureStatistics#resolve}
   * @param tables gives each view's table, as {@link TableReader} reads it
   * @param ways as for {@link PointInTimeJoin#with}
   */
  public PointInTimeAudit(
      List<FeatureView> views,
      Function<FeatureView, Dataset<Row>> tables,
      Map<String, JoinWay> ways) {
    this(
        views,
        tables,
        (view, table) -> {
          Map<String, JoinWay> way = new HashMap<>(ways);
          way.keySet().retainAll(List.of(view.name()));
          return PointInTimeJoin.of(List.of(view), named -> table).with(way);
        });
  }

  /** Of any join of one view with its table: one that is wrong must be found out. */
  PointInTimeAudit(
      List<FeatureView> views,
      Function<FeatureView, Dataset<Row>> tables,
      BiFunction<FeatureView, Dataset<Row>, PointInTimeJoin> join) {
    this.views = List.copyOf(views);
    this.tables = tables;
    this.join = join;
  }

  /**
   * What was found of one view with event times.
   *
   * @param view its name
   * @param rows how many rows asked it; rejected ones and those without a key or an as-of time not
   * @param answered how many of them got the values of a row
   * @param newer rows that were answered by what was newer than their as-of time, or not available
   * @param other rows that were answered by another row than the inequality finds
   * @param nearest the least time between the event that answered and the as-of time; empty when
   *     none was answered
   * @param delays what each delay would have changed
   */
  public record OfView(
      String view,
      long rows,
      long answered,
      List<Finding> newer,
      List<Finding> other,
      Optional<Duration> nearest,
      List<OfDelay> delays) {}

  /**
   * A row that was not answered as it should have been.
   *
   * @param key of the row, as JSON
   * @param asOf its as-of time
   * @param used the event time of what answered; null when nothing did
   * @param expected the event time of what should have; null when nothing should
   */
  public record Finding(
      String key, Instant asOf, @Nullable Instant used, @Nullable Instant expected) {}

  /**
   * What would have been answered had the view's values arrived later.
   *
   * @param delay by how much
   * @param changed rows whose values or flags would have been others
   * @param lost rows of them that would have had no row at all, or only one that is too old
   * @param features rows by feature whose value would have been another
   */
  public record OfDelay(Duration delay, long changed, long lost, Map<String, Long> features) {}

  /**
   * Audits.
   *
   * @param rows a sample, which is kept; with the keys of the views
   * @param key the columns that name a row
   * @param asOf the column of the as-of times
   * @param delays above zero, for the what-if
   * @throws TableException with everything that stands against the join
   */
  public List<OfView> of(Dataset<Row> rows, List<String> key, String asOf, List<Duration> delays) {
    Dataset<Row> sample = fixed(rows, key);
    List<OfView> found = new ArrayList<>();
    for (FeatureView view : views) {
      if (!view.isStatic()) {
        found.add(of(view, sample, asOf, delays));
      }
    }
    return found;
  }

  /** The rows as they are at this moment, numbered: what is asked several times must not move. */
  private static Dataset<Row> fixed(Dataset<Row> rows, List<String> key) {
    Column[] named = key.stream().map(Columns::named).toArray(Column[]::new);
    return rows.withColumn(PLACE, functions.monotonically_increasing_id())
        .withColumn(KEY, functions.to_json(functions.struct(named)))
        .localCheckpoint();
  }

  private OfView of(FeatureView view, Dataset<Row> sample, String asOf, List<Duration> delays) {
    Dataset<Row> table = tables.apply(view);
    Map<Long, Answer> answers = answers(view, table, sample, asOf);
    Map<Long, Long> expected = expected(view, table, sample, asOf);
    List<Finding> newer = new ArrayList<>();
    List<Finding> other = new ArrayList<>();
    long answered = 0;
    long nearest = Long.MAX_VALUE;
    for (Map.Entry<Long, Answer> entry : answers.entrySet()) {
      Answer answer = entry.getValue();
      @Nullable Long should = expected.get(entry.getKey());
      Finding finding =
          new Finding(
              answer.key(),
              Timestamps.instant(answer.asOf()),
              instant(answer.event()),
              instant(should));
      if (answer.event() != null) {
        answered++;
        nearest = Math.min(nearest, answer.asOf() - answer.event());
        if (answer.event() > answer.asOf() - least(view)) {
          newer.add(finding);
        }
      }
      if (!Objects.equals(answer.event(), should)) {
        other.add(finding);
      }
    }
    List<OfDelay> changes = new ArrayList<>();
    for (Duration delay : delays) {
      changes.add(change(view, table, sample, asOf, delay, answers));
    }
    return new OfView(
        view.name(),
        answers.size(),
        answered,
        newer,
        other,
        answered == 0 ? Optional.empty() : Optional.of(Duration.of(nearest, ChronoUnit.MICROS)),
        changes);
  }

  /** What must lie between an event and an as-of time at the least, in microseconds. */
  private static long least(FeatureView view) {
    long open = view.boundary() == FeatureView.Boundary.STRICT ? 1 : 0;
    return view.availability() instanceof Availability.After after
        ? Math.max(open, Timestamps.micros(after.delay()))
        : open;
  }

  /**
   * What a row was answered.
   *
   * @param key of the row, as JSON
   * @param asOf in microseconds
   * @param event of what answered, in microseconds; null where nothing did
   * @param values of the features
   */
  private record Answer(
      String key,
      long asOf,
      @Nullable Long event,
      List<String> flags,
      List<@Nullable Object> values) {}

  /** Of each row that asked: neither rejected nor without a key or an as-of time. */
  private Map<Long, Answer> answers(
      FeatureView view, Dataset<Row> table, Dataset<Row> sample, String asOf) {
    EventTimeFeature timed = EventTimeFeature.of(view, List.of(sample.columns()));
    Dataset<Row> joined =
        join.apply(timed.view(), table)
            .join(sample.filter(asks(view, asOf)), Optional.of(asOf), Optional.empty())
            .filter(Columns.named(ReservedColumns.REJECTION).isNull());
    List<Column> columns = new ArrayList<>();
    columns.add(Columns.named(PLACE));
    columns.add(Columns.named(KEY));
    columns.add(functions.unix_micros(Columns.named(asOf)));
    columns.add(functions.unix_micros(Columns.named(timed.name())));
    columns.add(Columns.named(ReservedColumns.FLAGS));
    for (Feature feature : view.features()) {
      columns.add(Columns.named(feature.name()));
    }
    Map<Long, Answer> answers = new LinkedHashMap<>();
    for (Row row :
        joined
            .select(columns.toArray(Column[]::new))
            .orderBy(Columns.named(PLACE))
            .collectAsList()) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = columns.size() - view.features().size(); i < row.size(); i++) {
        values.add(row.get(i));
      }
      answers.put(
          row.getLong(0),
          new Answer(
              row.getString(1),
              row.getLong(2),
              row.isNullAt(3) ? null : row.getLong(3),
              row.getList(4),
              values));
    }
    return answers;
  }

  private static Column asks(FeatureView view, String asOf) {
    Column asks = Columns.named(asOf).isNotNull();
    for (String key : view.keys().keySet()) {
      asks = asks.and(Columns.named(key).isNotNull());
    }
    return asks;
  }

  /** The greatest event time that the rule allows each row, by an inequality; absent of none. */
  private static Map<Long, Long> expected(
      FeatureView view, Dataset<Row> table, Dataset<Row> sample, String asOf) {
    JoinKeys keys = JoinKeys.of(view.keys(), sample.schema(), table.schema());
    Dataset<Row> asking =
        sample.select(
            keys.ofInput().as("key"), Columns.named(PLACE), Columns.named(asOf).as(AS_OF));
    Column event = functions.col("event");
    Column rule =
        view.boundary() == FeatureView.Boundary.STRICT
            ? event.lt(functions.col(AS_OF))
            : event.leq(functions.col(AS_OF));
    if (view.availability() instanceof Availability.After after) {
      rule = rule.and(micros(AS_OF).minus(micros("event")).geq(Timestamps.micros(after.delay())));
    } else if (view.availability() instanceof Availability.AtColumn) {
      rule = rule.and(functions.col("available").leq(functions.col(AS_OF)));
    }
    if (view.maxAgeMicros() != Long.MAX_VALUE) {
      rule = rule.and(micros(AS_OF).minus(micros("event")).leq(view.maxAgeMicros()));
    }
    Column available =
        view.availability() instanceof Availability.AtColumn at
            ? Columns.named(at.column())
            : functions.lit(null).cast("timestamp");
    Dataset<Row> all =
        table.select(
            keys.ofView().as("key"),
            Columns.named(view.eventTime().orElseThrow()).as("event"),
            available.as("available"));
    Map<Long, Long> expected = new LinkedHashMap<>();
    all.join(functions.broadcast(asking), "key")
        .filter(rule)
        .groupBy(PLACE)
        .agg(functions.max(micros("event")))
        .collectAsList()
        .forEach(row -> expected.put(row.getLong(0), row.getLong(1)));
    return expected;
  }

  private static Column micros(String column) {
    return functions.unix_micros(functions.col(column));
  }

  private OfDelay change(
      FeatureView view,
      Dataset<Row> table,
      Dataset<Row> sample,
      String asOf,
      Duration delay,
      Map<Long, Answer> now) {
    Map<Long, Answer> later =
        answers(delayed(view, delay), delayed(view, table, delay), sample, asOf);
    Map<String, Long> features = new LinkedHashMap<>();
    view.features().forEach(feature -> features.put(feature.name(), 0L));
    long changed = 0;
    long lost = 0;
    for (Map.Entry<Long, Answer> entry : now.entrySet()) {
      Answer before = entry.getValue();
      @Nullable Answer after = later.get(entry.getKey());
      boolean isOther = after == null || !before.flags().equals(after.flags());
      for (int i = 0; i < view.features().size(); i++) {
        if (after == null || !Objects.equals(before.values().get(i), after.values().get(i))) {
          isOther = true;
          features.merge(view.features().get(i).name(), 1L, Long::sum);
        }
      }
      changed += isOther ? 1 : 0;
      lost += before.event() != null && (after == null || after.event() == null) ? 1 : 0;
    }
    return new OfDelay(delay, changed, lost, features);
  }

  /** The view as if its rows arrived later; those of a column arrive later in the table. */
  private static FeatureView delayed(FeatureView view, Duration delay) {
    if (view.availability() instanceof Availability.AtColumn) {
      return view;
    }
    Duration today =
        view.availability() instanceof Availability.After after ? after.delay() : Duration.ZERO;
    return view.withAvailability(new Availability.After(today.plus(delay)));
  }

  private static Dataset<Row> delayed(FeatureView view, Dataset<Row> table, Duration delay) {
    return view.availability() instanceof Availability.AtColumn at
        ? table.withColumn(
            at.column(),
            functions.timestamp_micros(
                functions.unix_micros(Columns.named(at.column())).plus(Timestamps.micros(delay))))
        : table;
  }

  private static @Nullable Instant instant(@Nullable Long micros) {
    return micros == null ? null : Timestamps.instant(micros);
  }
}
