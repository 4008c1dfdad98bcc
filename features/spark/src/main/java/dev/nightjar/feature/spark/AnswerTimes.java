package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
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
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * From when the row of a view is that answered an input row, and since when it was available: the
 * join hands both out as features more. For few rows, which somebody wants explained.
 *
 * @param event its event time; of a windowed view that of the newest row in its windows
 * @param available from when on it could be seen; null where the view has a column for that which
 *     is null in all rows of its windows
 */
public record AnswerTimes(Instant event, @Nullable Instant available) {
  private static final String AVAILABLE = "available";

  /**
   * Of a view with event times.
   *
   * @param view with defaults that are constants
   * @param table as {@link TableReader} reads it
   * @param ways as for {@link PointInTimeJoin#with}; those of other views are passed over
   * @param rows that ask, with the view's keys
   * @param asOf the column of the as-of times
   * @param place a column of whole numbers that tells the rows apart
   * @return by place; nothing for a row that no row of the view answered
   * @throws TableException with everything that stands against the join
   */
  public static Map<Long, AnswerTimes> of(
      FeatureView view,
      Dataset<Row> table,
      Map<String, JoinWay> ways,
      Dataset<Row> rows,
      String asOf,
      String place) {
    EventTimeFeature timed = EventTimeFeature.of(view, List.of(rows.columns()));
    Optional<String> column =
        view.availability() instanceof Availability.AtColumn at
            ? Optional.of(at.column())
            : Optional.empty();
    String available = free(timed, List.of(rows.columns()));
    FeatureView asked = column.map(of -> with(timed.view(), of, available)).orElse(timed.view());
    Map<String, JoinWay> way = new HashMap<>(ways);
    way.keySet().retainAll(List.of(view.name()));
    Column event = functions.unix_micros(Columns.named(timed.name()));
    List<Row> answered =
        PointInTimeJoin.of(List.of(asked), named -> table)
            .with(way)
            .join(rows, Optional.of(asOf), Optional.empty())
            .filter(Columns.named(ReservedColumns.REJECTION).isNull())
            .select(
                Columns.named(place).cast("bigint"),
                event,
                column.isPresent()
                    ? functions.unix_micros(Columns.named(available))
                    : event.plus(delay(view)))
            .collectAsList();
    Map<Long, AnswerTimes> times = new LinkedHashMap<>();
    for (Row row : answered) {
      if (!row.isNullAt(1)) {
        times.put(
            row.getLong(0),
            new AnswerTimes(
                Timestamps.instant(row.getLong(1)),
                row.isNullAt(2) ? null : Timestamps.instant(row.getLong(2))));
      }
    }
    return times;
  }

  private static long delay(FeatureView view) {
    return view.availability() instanceof Availability.After after
        ? Timestamps.micros(after.delay())
        : 0;
  }

  private static String free(EventTimeFeature timed, List<String> others) {
    List<String> taken = new ArrayList<>(others.stream().map(Columns::folded).toList());
    timed.view().features().forEach(feature -> taken.add(Columns.folded(feature.name())));
    String name = AVAILABLE;
    while (taken.contains(name)) {
      name += " ";
    }
    return name;
  }

  /**
   * Rows of one event time that became available at different times would be tied by what is only
   * told here: any of them will do, for where the join itself has taken one they are equal.
   */
  private static FeatureView with(FeatureView view, String column, String name) {
    List<Feature> features = new ArrayList<>(view.features());
    Optional<Aggregation> last =
        view.isWindowed()
            ? Optional.of(
                new Aggregation(
                    Aggregation.Function.LAST, Duration.of(view.maxAgeMicros(), ChronoUnit.MICROS)))
            : Optional.empty();
    features.add(new Feature(name, column, DataType.TIMESTAMP, last, new DefaultValue.None()));
    return new FeatureView(
        view.name(),
        view.source(),
        view.keys(),
        view.eventTime(),
        view.availability(),
        view.maxAge(),
        view.boundary(),
        view.tieBreak(),
        FeatureView.OnTie.ANY,
        view.nulls(),
        features);
  }
}
