package dev.nightjar.cli;

import dev.nightjar.config.Durations;
import dev.nightjar.config.Section;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Feature views in words for people. */
final class ViewWords {
  private ViewWords() {}

  /** The rule by which rows answer, by what each part of it is called. */
  static Map<String, String> rule(FeatureView view) {
    Map<String, String> rule = new LinkedHashMap<>();
    if (view.isStatic()) {
      rule.put("time", "none: a static view, joined by its keys alone");
    } else {
      rule.put(
          "time",
          view.eventTime().orElseThrow()
              + (view.boundary() == FeatureView.Boundary.STRICT
                  ? ", before the as-of time"
                  : ", at the as-of time or before"));
      rule.put("available", availability(view.availability()));
      rule.put("age", age(view));
    }
    if (!view.tieBreak().isEmpty()) {
      rule.put("tie-break", String.join(", ", view.tieBreak()));
    }
    if (view.canBeTied()) {
      rule.put(
          "on tie",
          view.onTie() == FeatureView.OnTie.ANY
              ? "one row is taken, always the same"
              : "the input row is rejected");
    }
    if (!view.isWindowed()) {
      rule.put("nulls", Section.word(view.nulls()));
    }
    return rule;
  }

  private static String availability(Availability availability) {
    if (availability instanceof Availability.After after) {
      return Durations.text(after.delay()) + " after the event time";
    }
    return availability instanceof Availability.AtColumn at
        ? "at " + at.column()
        : "from the event time on";
  }

  /** How old a row may be; of a windowed view its longest window. */
  static String age(FeatureView view) {
    if (view.isStatic()) {
      return "";
    }
    return view.maxAgeMicros() == Long.MAX_VALUE
        ? "any"
        : Durations.text(Duration.of(view.maxAgeMicros(), ChronoUnit.MICROS));
  }

  /** Of which column a feature is, and what is computed of it. */
  static String computed(Feature feature) {
    return feature
        .aggregation()
        .map(
            of ->
                Section.word(of.function())
                    + " of "
                    + feature.column()
                    + " over "
                    + Durations.text(of.over()))
        .orElse(feature.column());
  }

  /** What stands in where there is no value. */
  static String defaultOf(Feature feature) {
    if (feature.defaultValue() instanceof DefaultValue.Constant constant) {
      return feature.type() == DataType.TIMESTAMP && constant.value() instanceof Long micros
          ? Timestamps.instant(micros).toString()
          : constant.value().toString();
    }
    return feature.defaultValue() instanceof DefaultValue.Statistic statistic
        ? Section.word(statistic.kind()) + " of training"
        : "null";
  }
}
