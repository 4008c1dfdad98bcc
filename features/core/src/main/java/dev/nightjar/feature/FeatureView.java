package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.Timestamps;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of feature values with the rule by which its rows answer at an as-of time.
 *
 * <p>Of the rows with equal keys, a row is <em>visible</em> at the as-of time t when its event time
 * is at or before t (before, for a strict boundary) and it was available at or before t. The
 * visible row of the greatest event time answers, if it is not older than the maximum age.
 *
 * <p>A view is <em>windowed</em> when its features are computed of all visible rows of a window
 * ({@link Aggregation}): all of them, or none. Its maximum age is the longest window, so a key
 * whose rows have all left it is stale.
 *
 * @param name unique among the views of a project
 * @param source where the table lies; empty in a bundle, which keeps the rule and not the place
 * @param keys input column to view column, in order, at least one; null matches nothing
 * @param eventTime the column of the event time; empty for a static view, joined by keys alone
 * @param availability from when on a row may be seen
 * @param maxAge the greatest as-of time − event time at which a row still counts, inclusive
 * @param boundary whether a row of exactly the as-of time counts
 * @param tieBreak columns that decide between rows of equal event time, the greatest first; null
 *     loses
 * @param onTie what happens when rows are still tied and their features differ
 * @param nulls whether a null in the newest row hides older values
 * @param features what the view gives, in order, at least one
 */
public record FeatureView(
    String name,
    Optional<Source> source,
    Map<String, String> keys,
    Optional<String> eventTime,
    Availability availability,
    Optional<Duration> maxAge,
    Boundary boundary,
    List<String> tieBreak,
    OnTie onTie,
    NullPolicy nulls,
    List<Feature> features) {

  /** Whether a row whose event time equals the as-of time is visible. */
  public enum Boundary {
    INCLUSIVE,
    STRICT
  }

  /** What becomes of an input row whose newest feature rows are tied. */
  public enum OnTie {
    /** The input row is rejected at the join. */
    REJECT,
    /** One of them is taken, the same one each time. */
    ANY
  }

  /** What a null in the newest visible row means. */
  public enum NullPolicy {
    /** The value is null: rows answer as a whole. */
    LATEST_ROW,
    /** The newest visible value that is not null answers, column by column. */
    LAST_KNOWN
  }

  public FeatureView {
    requireNonNull(name, "name is null");
    keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    tieBreak = List.copyOf(tieBreak);
    features = List.copyOf(features);
    if (keys.isEmpty() || features.isEmpty()) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' needs at least one key and one feature");
    }
    if (features.stream().map(Feature::name).distinct().count() < features.size()) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' has a feature twice: " + features);
    }
    requireTimes(name, eventTime, availability, maxAge, boundary);
    requireWindows(name, eventTime, maxAge, nulls, features);
    if (!canBeTied(features) && !(tieBreak.isEmpty() && onTie == OnTie.REJECT)) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' takes the last value of no window, so nothing can be tied");
    }
  }

  private static boolean canBeTied(List<Feature> features) {
    return features.stream()
        .anyMatch(
            feature ->
                feature
                    .aggregation()
                    .map(of -> of.function() == Aggregation.Function.LAST)
                    .orElse(true));
  }

  private static void requireWindows(
      String name,
      Optional<String> eventTime,
      Optional<Duration> maxAge,
      NullPolicy nulls,
      List<Feature> features) {
    long windowed = features.stream().filter(f -> f.aggregation().isPresent()).count();
    if (windowed == 0) {
      return;
    }
    if (windowed < features.size() || eventTime.isEmpty()) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' computes some features over a window and others not");
    }
    if (maxAge.isPresent() || nulls != NullPolicy.LATEST_ROW) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' has windows and so no maximum age and no rule for nulls");
    }
  }

  private static void requireTimes(
      String name,
      Optional<String> eventTime,
      Availability availability,
      Optional<Duration> maxAge,
      Boundary boundary) {
    boolean timeless =
        availability instanceof Availability.AtEventTime
            && maxAge.isEmpty()
            && boundary == Boundary.INCLUSIVE;
    if (eventTime.isEmpty() && !timeless) {
      throw new IllegalArgumentException(
          "feature view '"
              + name
              + "' has no event time and so no availability, maximum age or boundary");
    }
    Duration delay =
        availability instanceof Availability.After after ? after.delay() : Duration.ZERO;
    if (delay.isNegative() || maxAge.filter(Duration::isNegative).isPresent()) {
      throw new IllegalArgumentException(
          "feature view '" + name + "' has a length of time below zero");
    }
  }

  /** True for a view without event times. */
  public boolean isStatic() {
    return eventTime.isEmpty();
  }

  /** True for a view whose features are computed over windows. */
  public boolean isWindowed() {
    return features.get(0).aggregation().isPresent();
  }

  /** Whether rows of equal event time can stand against each other. */
  public boolean canBeTied() {
    return canBeTied(features);
  }

  /**
   * The maximum age in microseconds, of a windowed view its longest window; {@link Long#MAX_VALUE}
   * for none.
   */
  public long maxAgeMicros() {
    return features.stream()
        .flatMap(feature -> feature.aggregation().stream())
        .map(Aggregation::over)
        .max(Duration::compareTo)
        .or(() -> maxAge)
        .map(Timestamps::micros)
        .orElse(Long.MAX_VALUE);
  }

  /** The columns of the table that it needs, each once: keys, times, tie-breaks and features. */
  public Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>(keys.values());
    eventTime.ifPresent(columns::add);
    if (availability instanceof Availability.AtColumn at) {
      columns.add(at.column());
    }
    columns.addAll(tieBreak);
    features.forEach(feature -> columns.add(feature.column()));
    return Collections.unmodifiableSet(columns);
  }

  /** The rule without the place: what training and scoring must agree on. */
  public FeatureView semantics() {
    return withSource(Optional.empty());
  }

  /** The same rule over a table at another place. */
  public FeatureView withSource(Optional<Source> other) {
    return new FeatureView(
        name,
        other,
        keys,
        eventTime,
        availability,
        maxAge,
        boundary,
        tieBreak,
        onTie,
        nulls,
        features);
  }

  /** The same view whose rows may be seen from other times on. */
  public FeatureView withAvailability(Availability other) {
    return new FeatureView(
        name, source, keys, eventTime, other, maxAge, boundary, tieBreak, onTie, nulls, features);
  }

  /** The same view with other features. */
  public FeatureView withFeatures(List<Feature> others) {
    return new FeatureView(
        name,
        source,
        keys,
        eventTime,
        availability,
        maxAge,
        boundary,
        tieBreak,
        onTie,
        nulls,
        others);
  }
}
