package dev.nightjar.materialize;

import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStore.Answer.Known;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.JoinProbe;
import dev.nightjar.feature.spark.JoinProbe.Point;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.ViewHistory;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.Window;
import dev.nightjar.store.WriterLock;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a store with history against the batch join over the view's table: at sampled keys and
 * times both must give the same values, flags, rejections and event times. Times are those at which
 * something changes by the table (a row becomes visible, or too old), a microsecond before and
 * after them, and any others within what the store holds. Nobody writes to the store meanwhile. Not
 * thread-safe.
 */
public final class Verification {
  private final TableReader tables;
  private final OnlineStore store;

  /**
   * Of tables and a store.
   *
   * @param store opened for {@link #asked} of every view that will be verified
   */
  public Verification(TableReader tables, OnlineStore store) {
    this.tables = tables;
    this.store = store;
  }

  /**
   * The view as it is asked: null for defaults that are statistics of training, which are a
   * bundle's and not the view's.
   */
  public static FeatureView asked(FeatureView view) {
    return FeatureStatistics.NONE.resolve(view);
  }

  /**
   * What to verify.
   *
   * @param view as {@link #asked} gives it, with a source
   * @param sample how many points are asked, at least 1
   * @param seed the same points for the same table, store and seed
   */
  public record Request(FeatureView view, int sample, long seed) {
    public Request {
      if (sample < 1) {
        throw new IllegalArgumentException("a sample of " + sample + " proves nothing");
      }
    }
  }

  /**
   * Where join and store differ.
   *
   * @param key by the input's names, in the order of the view's keys
   * @param asOf empty for a static view
   * @param column a feature, or {@code flags}, {@code rejection} or {@code event-time}
   * @param ofJoin null for no value
   * @param ofStore null for no value
   */
  public record Difference(
      Map<String, Object> key,
      Optional<Instant> asOf,
      String column,
      @Nullable Object ofJoin,
      @Nullable Object ofStore) {}

  /**
   * What was found.
   *
   * @param keys how many were asked
   * @param points how many keys and times
   * @param differing at how many of them join and store differ
   * @param holds the times for which the store holds the view
   * @param differences in the order of keys and times
   */
  public record Report(
      int keys, int points, int differing, Window holds, List<Difference> differences) {
    public Report {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Compares.
   *
   * @throws FeatureStoreException when the store does not hold the view's history
   * @throws dev.nightjar.feature.spark.TableException when the view cannot be read
   */
  public Report verify(Request request) {
    WriterLock lock = store.lockForWriting();
    try {
      return compare(request);
    } finally {
      lock.close();
    }
  }

  private Report compare(Request request) {
    FeatureView view = request.view();
    Window holds = history(view);
    tables.requireSound(view.source().orElseThrow(), Map.of());
    JoinProbe join = new JoinProbe(view, tables.read(view, Map.of()));
    PointSample sample = new PointSample(view, holds, request.sample(), request.seed());
    List<ViewHistory.OfKey> sampled =
        withKeysOfTheStore(
            join.keys(sample.keys(), request.seed(), range(view, holds)),
            store.someKeys(view.name(), sample.keysOfTheStore(), request.seed()));
    List<Point> points = sample.of(sampled);
    List<Difference> differences = new ArrayList<>();
    int differing = 0;
    if (!points.isEmpty()) {
      List<JoinProbe.Answer> ofJoin = join.answers(points);
      List<JoinProbe.Answer> ofStore = ofStore(view, points);
      for (int i = 0; i < points.size(); i++) {
        List<Difference> here = differences(view, points.get(i), ofJoin.get(i), ofStore.get(i));
        differing += here.isEmpty() ? 0 : 1;
        differences.addAll(here);
      }
    }
    int keys = (int) points.stream().map(Point::key).distinct().count();
    return new Report(keys, points.size(), differing, holds, differences);
  }

  /** Beside the table's keys some of the store: the table may have lost them. */
  private static List<ViewHistory.OfKey> withKeysOfTheStore(
      List<ViewHistory.OfKey> ofTable, List<List<Object>> ofStore) {
    Set<List<Object>> known = new HashSet<>();
    ofTable.forEach(of -> known.add(withoutScale(of.key())));
    List<ViewHistory.OfKey> all = new ArrayList<>(ofTable);
    for (List<Object> key : ofStore) {
      if (known.add(withoutScale(key))) {
        all.add(new ViewHistory.OfKey(key, List.of()));
      }
    }
    return all;
  }

  private static List<Object> withoutScale(List<Object> key) {
    List<Object> plain = new ArrayList<>();
    for (Object value : key) {
      plain.add(value instanceof BigDecimal number ? number.stripTrailingZeros() : value);
    }
    return plain;
  }

  private Window history(FeatureView view) {
    Optional<Window> holds = store.window(view.name());
    if (holds.isEmpty()) {
      throw new FeatureStoreException(
          "the store "
              + store.place()
              + " does not hold the feature view '"
              + view.name()
              + (view.isStatic() ? "'; store it" : "'; store its history")
              + " with 'nightjar features materialize "
              + view.name()
              + (view.isStatic() ? "'" : " --history --from TIME'"));
    }
    if (!view.isStatic() && store.keeping(view.name()).equals(Optional.of(Keeping.NEWEST))) {
      throw new FeatureStoreException(
          "the store "
              + store.place()
              + " keeps the newest values of the feature view '"
              + view.name()
              + "' alone, and past times cannot be asked of it; store its history with 'nightjar"
              + " features materialize "
              + view.name()
              + " --anew --history --from TIME'");
    }
    return holds.get();
  }

  private static Optional<AsOfRange> range(FeatureView view, Window holds) {
    return view.isStatic()
        ? Optional.empty()
        : Optional.of(
            new AsOfRange(Timestamps.instant(holds.from()), Timestamps.instant(holds.until())));
  }

  /** What a look-up answers, in the terms of the join. */
  private List<JoinProbe.Answer> ofStore(FeatureView view, List<Point> points) {
    List<FeatureStore.Query> queries =
        points.stream()
            .map(point -> new FeatureStore.Query(view.name(), point.key(), point.asOf()))
            .toList();
    JoinedBatch found = new FeatureLookUp(List.of(view), store).answers(queries);
    List<FeatureStore.Answer> rows = store.lookUp(queries);
    List<JoinProbe.Answer> answers = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (Feature feature : view.features()) {
        Column column = found.rows().column(feature.name());
        values.add(column.get(i));
      }
      answers.add(
          new JoinProbe.Answer(
              values,
              found.flags().get(i),
              found.ties().get(i).map(JoinedBatch.Tie::reason),
              view.isStatic()
                  ? OptionalLong.empty()
                  : eventTime(rows.get(i), points.get(i).asOf())));
    }
    return answers;
  }

  private static OptionalLong eventTime(FeatureStore.Answer answer, long asOf) {
    return answer instanceof Known known
            && known.rows().outcome(asOf) == VisibleRows.Outcome.MATCHED
        ? known.rows().state().newest()
        : OptionalLong.empty();
  }

  private static List<Difference> differences(
      FeatureView view, Point point, JoinProbe.Answer ofJoin, JoinProbe.Answer ofStore) {
    List<Difference> differences = new ArrayList<>();
    Map<String, Object> key = new LinkedHashMap<>();
    int place = 0;
    for (String name : view.keys().keySet()) {
      key.put(name, point.key().get(place++));
    }
    Optional<Instant> asOf =
        view.isStatic() ? Optional.empty() : Optional.of(Timestamps.instant(point.asOf()));
    for (int i = 0; i < view.features().size(); i++) {
      Feature feature = view.features().get(i);
      add(
          new Difference(
              key,
              asOf,
              feature.name(),
              shown(feature, ofJoin.values().get(i)),
              shown(feature, ofStore.values().get(i))),
          differences);
    }
    add(new Difference(key, asOf, "flags", ofJoin.flags(), ofStore.flags()), differences);
    add(
        new Difference(
            key,
            asOf,
            "rejection",
            ofJoin.rejection().orElse(null),
            ofStore.rejection().orElse(null)),
        differences);
    add(
        new Difference(
            key, asOf, "event-time", time(ofJoin.eventTime()), time(ofStore.eventTime())),
        differences);
    return differences;
  }

  private static void add(Difference difference, List<Difference> differences) {
    if (!areOne(difference.ofJoin(), difference.ofStore())) {
      differences.add(difference);
    }
  }

  /** Equal to a reader of the values, as the join has it: NaN is NaN, and 0.0 is −0.0. */
  private static boolean areOne(@Nullable Object a, @Nullable Object b) {
    return Objects.equals(a, b)
        || (a instanceof Double x && b instanceof Double y && (double) x == y)
        || (a instanceof Float u && b instanceof Float v && (float) u == v);
  }

  private static @Nullable Object shown(Feature feature, @Nullable Object value) {
    return feature.type() == DataType.TIMESTAMP && value instanceof Long micros
        ? Timestamps.instant(micros)
        : value;
  }

  private static @Nullable Instant time(OptionalLong micros) {
    return micros.isPresent() ? Timestamps.instant(micros.getAsLong()) : null;
  }
}
