package dev.nightjar.run;

import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the rule of a job's view is not the one that the bundle was trained with. */
final class ViewDifferences {
  private ViewDifferences() {}

  /** The differences in the keys of the view's file; empty when both join alike. */
  static List<String> between(FeatureView job, FeatureView bundle) {
    List<String> differences = new ArrayList<>();
    Map<String, Object> here = FeatureViews.toYaml(job);
    Map<String, Object> there = FeatureViews.toYaml(bundle);
    Set<String> keys = new LinkedHashSet<>(here.keySet());
    keys.addAll(there.keySet());
    keys.remove("features");
    for (String key : keys) {
      if (!String.valueOf(here.get(key)).equals(String.valueOf(there.get(key)))) {
        differences.add(
            key + " is " + shown(here.get(key)) + " here and " + shown(there.get(key)) + " there");
      }
    }
    for (Feature trained : bundle.features()) {
      if (!job.features().contains(trained)) {
        differences.add("the feature " + trained.name() + " is another one here, or missing");
      }
    }
    return differences;
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "absent" : value.toString();
  }
}
