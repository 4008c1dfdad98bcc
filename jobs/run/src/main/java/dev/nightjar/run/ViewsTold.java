package dev.nightjar.run;

import dev.nightjar.config.Durations;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWords;
import dev.nightjar.feature.spark.AnswerTimes;
import dev.nightjar.run.RowExplanation.OfView;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What each view answered some rows, and why. */
final class ViewsTold {
  private final Plan plan;

  /** By the view's place, the times of what answered, by the row's place. */
  private final List<Map<Long, AnswerTimes>> times = new ArrayList<>();

  /**
   * Asks each view with event times for the times of what answers.
   *
   * @param rows before the join
   * @param place the column that tells them apart
   */
  ViewsTold(Plan plan, Dataset<Row> rows, String place) {
    this.plan = plan;
    for (FeatureView view : plan.views()) {
      times.add(
          view.isStatic()
              ? Map.of()
              : AnswerTimes.of(
                  view,
                  plan.tables().read(view, Map.of()),
                  plan.job().joins(),
                  rows,
                  plan.job().input().asOf().orElseThrow(),
                  place));
    }
  }

  /**
   * Of one row.
   *
   * @param place of the row
   * @param before the join
   * @param joined the same row behind it
   */
  List<OfView> of(long place, Row before, Row joined, @Nullable Instant asOf) {
    boolean isAsked = before.getAs(ReservedColumns.REJECTION) == null;
    List<String> flags = joined.getList(joined.fieldIndex(ReservedColumns.FLAGS));
    Optional<Rejection> rejection = Rejections.of(joined);
    List<OfView> told = new ArrayList<>();
    for (int i = 0; i < plan.views().size(); i++) {
      FeatureView view = plan.views().get(i);
      boolean isTied =
          isAsked
              && rejection
                  .filter(r -> r.stage() == Stage.JOIN && r.field().equals(view.name()))
                  .isPresent();
      Standing standing =
          isTied
              ? new Standing("tied", rejection.orElseThrow().reason())
              : isAsked
                  ? standing(view, before, flags, asOf)
                  : new Standing("not-asked", "the row was rejected before");
      isAsked &= !isTied;
      told.add(told(view, standing, times.get(i).get(place), joined, flags, asOf));
    }
    return told;
  }

  private record Standing(String word, String why) {
    boolean isMatch() {
      return word.equals("matched");
    }

    boolean isFilled() {
      return !isMatch() && !word.equals("tied") && !word.equals("not-asked");
    }
  }

  private static Standing standing(
      FeatureView view, Row before, List<String> flags, @Nullable Instant asOf) {
    if (flags.contains(JoinWords.stale(view.name()))) {
      return new Standing(
          "stale",
          "the visible rows of its key are older than "
              + Durations.text(Duration.of(view.maxAgeMicros(), ChronoUnit.MICROS)));
    }
    if (!flags.contains(JoinWords.noRow(view.name()))) {
      return new Standing("matched", "a row answered");
    }
    for (String key : view.keys().keySet()) {
      if (before.getAs(key) == null) {
        return new Standing("null-key", "its '" + key + "' is null, which matches nothing");
      }
    }
    if (view.isStatic()) {
      return new Standing("no-row", "the view has no row of its key");
    }
    return asOf == null
        ? new Standing("no-time", "the row has no as-of time, so it matches nothing")
        : new Standing("no-row", "no row of its key was visible at the as-of time");
  }

  private static OfView told(
      FeatureView view,
      Standing standing,
      @Nullable AnswerTimes answer,
      Row joined,
      List<String> flags,
      @Nullable Instant asOf) {
    Map<String, @Nullable Object> features = new LinkedHashMap<>();
    List<String> defaults = new ArrayList<>();
    for (Feature feature : view.features()) {
      features.put(feature.name(), Told.value(joined.getAs(feature.name())));
      boolean hasDefault = feature.defaultValue() instanceof DefaultValue.Constant;
      boolean isImputed = standing.isMatch() && flags.contains(JoinWords.imputed(feature.name()));
      if (hasDefault && (standing.isFilled() || isImputed)) {
        defaults.add(feature.name());
      }
    }
    AnswerTimes times = standing.isMatch() ? answer : null;
    return new OfView(
        view.name(),
        standing.word(),
        standing.why()
            + (standing.isMatch() && view.nulls() == FeatureView.NullPolicy.LAST_KNOWN
                ? "; where it has null, the last value before it that is known"
                : ""),
        times == null ? null : times.event(),
        times == null ? null : times.available(),
        times == null || asOf == null ? null : Duration.between(times.event(), asOf),
        features,
        defaults);
  }
}
