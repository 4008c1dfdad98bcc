package dev.nightjar.feature;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the rule of a view is not the one that a bundle was trained with. */
public final class ViewDifferences {
  private ViewDifferences() {}

  /**
   * The differences, one for each key of the view's file; empty when both join alike.
   *
   * @param job the view as a project has it
   * @param bundle as the bundle has it
   */
  public static List<String> between(FeatureView job, FeatureView bundle) {
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
