package dev.nightjar.run;

import dev.nightjar.engine.Device;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.Listing;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.registry.Resolved;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Scoring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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
 * @param tables reads the input and the views, all of one state of their databases
 * @param digests of the input's listing and of the views' listings by name
 * @param snapshot the files of input and views, which must be the same at the end
 */
record Plan(
    Job job,
    Interval interval,
    Scoring scoring,
    Optional<Resolved> model,
    List<FeatureView> views,
    InputRows input,
    TableReader tables,
    Digests digests,
    InputSnapshot snapshot) {

  /**
   * What the run reads, as digests of file listings and of states.
   *
   * @param input of the input
   * @param views by view name
   * @param snapshots of Iceberg tables, by view name or {@value #INPUT}
   */
  record Digests(String input, Map<String, String> views, Map<String, String> snapshots) {
    /** What the input is called among views, none of which can be called so. */
    static final String INPUT = "(input)";
  }

  /**
   * Where the result comes from.
   *
   * @param output the folder that it goes to
   */
  RunRecord.Lineage lineage(String output) {
    Map<String, RunRecord.Origin> origins = new LinkedHashMap<>();
    for (int i = 0; i < views.size(); i++) {
      FeatureView view = views.get(i);
      origins.put(
          view.name(),
          origin(
              view.source().orElseThrow().name(),
              size(snapshot.view(i), () -> tables.size(view.source().orElseThrow(), Map.of())),
              List.copyOf(view.columns())));
    }
    return new RunRecord.Lineage(
        origin(input.name(), size(snapshot.input(), input::size), input.columns()),
        origins,
        output);
  }

  /** Of the files as they were; tables without such files say themselves how large they are. */
  private static TableReader.Size size(Listing files, Supplier<TableReader.Size> said) {
    return files.files().isEmpty()
        ? said.get()
        : new TableReader.Size(files.count(), files.bytes());
  }

  private RunRecord.Origin origin(String source, TableReader.Size size, List<String> columns) {
    return new RunRecord.Origin(
        job.environment().redact(source), size.files(), size.bytes(), columns);
  }

  /** What should be known although the run can be done. */
  List<String> notices() {
    List<String> notices = new ArrayList<>(input.notices());
    if (scoring.placement().device() == Device.Kind.GPU) {
      notices.add(
          "the memory of GPUs is not planned: a batch that does not fit into one is halved, and"
              + " what does not fit at all rejects rows or fails the run");
    }
    for (FeatureView view : views) {
      notices.addAll(tables.notices(view.source().orElseThrow(), Map.of()));
    }
    return notices;
  }

  /** The memory that it takes where it runs, without views, whose rows have not been weighed. */
  MemoryPlan memory(SparkSession spark) {
    return new MemoryPlan(
        scoring.memory(), 0, scoring.batchBounds().rows(), MemoryRoom.of(spark.sparkContext()));
  }

  /** The input columns besides the job's own that join and contract need, if the input has them. */
  static Set<String> neededColumns(List<FeatureView> views, Scoring scoring) {
    Set<String> columns = new LinkedHashSet<>();
    views.forEach(view -> columns.addAll(view.keys().keySet()));
    columns.addAll(scoring.contract().inputSchema().names());
    return columns;
  }
}
