package dev.nightjar.run;

import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.registry.Resolved;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Scoring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * What preflight found: everything that the later steps need and nothing that they decide anew.
 *
 * @param job what is run
 * @param interval for which logical time
 * @param scoring the bundle, checked and proven
 * @param model what the job's reference to the registry meant; empty when it names a path
 * @param views the job's views by the bundle's rules and with its statistics for defaults
 * @param input the rows to score
 * @param digests of the input's listing and of the views' listings by name
 */
record Plan(
    Job job,
    Interval interval,
    Scoring scoring,
    Optional<Resolved> model,
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

  /** What has other files than when the plan was made: {@code the input}, {@code view weather}. */
  List<String> changedSince(SparkSession spark) {
    Digests now = digests(spark, job, input, views);
    List<String> changed = new ArrayList<>();
    if (!now.input().equals(digests.input())) {
      changed.add("the input");
    }
    now.views()
        .forEach(
            (name, digest) -> {
              if (!digest.equals(digests.views().get(name))) {
                changed.add("view " + name);
              }
            });
    return changed;
  }

  /** The digests of what a run of these views over this input reads. */
  static Digests digests(SparkSession spark, Job job, InputRows input, List<FeatureView> views) {
    TableReader tables = new TableReader(spark, job.project().toString());
    Map<String, String> digests = new LinkedHashMap<>();
    for (FeatureView view : views) {
      digests.put(view.name(), tables.listing(view.source().orElseThrow(), Map.of()).digest());
    }
    return new Digests(input.digest(), digests);
  }

  /** The input columns besides the job's own that join and contract need, if the input has them. */
  Set<String> neededColumns() {
    Set<String> columns = new LinkedHashSet<>();
    views.forEach(view -> columns.addAll(view.keys().keySet()));
    columns.addAll(scoring.contract().inputSchema().names());
    return columns;
  }
}
