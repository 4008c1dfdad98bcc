package dev.nightjar.run;

import dev.nightjar.feature.FeatureView;
import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Scoring;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What preflight found: everything that the later steps need and nothing that they decide anew.
 *
 * @param job what is run
 * @param interval for which logical time
 * @param scoring the bundle, checked and proven
 * @param views the job's views by the bundle's rules and with its statistics for defaults
 * @param input the rows to score
 * @param digests of the input's listing and of the views' listings by name
 */
record Plan(
    Job job,
    Interval interval,
    Scoring scoring,
    List<FeatureView> views,
    InputRows input,
    Digests digests) {

  /**
   * What the run reads, as digests of file listings.
   *
   * @param input of the input's files
   * @param views by view name
   */
  record Digests(String input, Map<String, String> views) {}

  /** The input columns besides the job's own that join and contract need, if the input has them. */
  Set<String> neededColumns() {
    Set<String> columns = new LinkedHashSet<>();
    views.forEach(view -> columns.addAll(view.keys().keySet()));
    columns.addAll(scoring.contract().inputSchema().names());
    return columns;
  }
}
