package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A view with event times that gives the event time of the row that answers as one more feature, by
 * which the join hands it out.
 *
 * @param view with the feature as its last
 * @param name of the feature, which no other feature or key of the view has, nor any of the names
 *     that were taken
 */
record EventTimeFeature(FeatureView view, String name) {
  private static final String NAME = "event time";

  /**
   * Of a view that is not static.
   *
   * @param others names that the feature must not have
   */
  static EventTimeFeature of(FeatureView view, List<String> others) {
    Set<String> taken = new HashSet<>();
    others.forEach(name -> taken.add(Columns.folded(name)));
    view.features().forEach(feature -> taken.add(Columns.folded(feature.name())));
    view.keys().keySet().forEach(name -> taken.add(Columns.folded(name)));
    String name = NAME;
    while (taken.contains(name)) {
      name += " ";
    }
    List<Feature> features = new ArrayList<>(view.features());
    features.add(
        new Feature(
            name,
            view.eventTime().orElseThrow(),
            DataType.TIMESTAMP,
            view.isWindowed()
                ? Optional.of(
                    new Aggregation(
                        Aggregation.Function.LAST,
                        Duration.of(view.maxAgeMicros(), ChronoUnit.MICROS)))
                : Optional.empty(),
            new DefaultValue.None()));
    return new EventTimeFeature(view.withFeatures(features), name);
  }
}
