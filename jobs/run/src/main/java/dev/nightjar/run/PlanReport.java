package dev.nightjar.run;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.config.Section;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.Listing;
import dev.nightjar.job.Job;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Tells a plan. */
final class PlanReport {
  private final SparkSession spark;
  private final Plan plan;

  PlanReport(SparkSession spark, Plan plan) {
    this.spark = spark;
    this.plan = plan;
  }

  RunPlan of() {
    // The interval's bounds stand for those that the join would read the input to find.
    Dataset<Row> joined =
        ScoredRows.joined(
            plan, Optional.of(new AsOfRange(plan.interval().start(), plan.interval().end())));
    Dataset<Row> needed = plan.scoring().needed(joined, ScoredRows.keptColumns(plan));
    return new RunPlan(
        plan.job(),
        plan.interval(),
        plan.scoring().bundle().label()
            + plan.model().map(model -> ", as " + plan.job().bundle().written()).orElse(""),
        plan.scoring().placement(),
        transform(),
        network(),
        input(),
        plan.views().stream().map(this::view).toList(),
        plan.scoring().passage(needed),
        ScoredRows.writtenColumns(plan),
        plan.memory(spark),
        plan.notices(),
        needed.queryExecution().executedPlan().toString());
  }

  private String network() {
    BundleManifest manifest = plan.scoring().bundle().manifest();
    return plan.scoring().placement().engine().equals(manifest.engine())
        ? manifest.provenance().getOrDefault("network", "")
        : "as the job asks; the bundle was packaged for " + manifest.engine();
  }

  private String transform() {
    BundleFiles files = plan.scoring().bundle().files();
    Optional<byte[]> compiled = files.find(BundleFiles.PIPELINE);
    if (compiled.isEmpty()) {
      return plan.scoring()
          .bundle()
          .manifest()
          .provenance()
          .getOrDefault("transform", "by reference");
    }
    Program program =
        PipelineFormat.read(files.place(BundleFiles.PIPELINE), compiled.get()).transform();
    int all = program.steps().size();
    int slow = program.byReference().size();
    return slow == 0
        ? all + " steps, compiled"
        : (all - slow)
            + " steps, compiled; by reference: "
            + program.byReference().stream()
                .map(Step.ByReference::words)
                .collect(Collectors.joining(", "));
  }

  private RunPlan.Read input() {
    Listing listing = plan.input().listing();
    Job.Input input = plan.job().input();
    return new RunPlan.Read(
        "input",
        Arrays.stream(plan.input().ofInterval().columns())
            .filter(column -> !column.startsWith(ReservedColumns.PREFIX))
            .toList(),
        listing.count(),
        listing.bytes(),
        String.format(
            "%s in [%s, %s)", input.time(), plan.interval().start(), plan.interval().end()));
  }

  private RunPlan.Read view(FeatureView view) {
    Listing listing = plan.tables().listing(view.source().orElseThrow(), Map.of());
    List<String> columns = new ArrayList<>(view.keys().values());
    view.eventTime().ifPresent(columns::add);
    view.features().stream().map(Feature::column).forEach(columns::add);
    return new RunPlan.Read(view.name(), columns, listing.count(), listing.bytes(), rule(view));
  }

  private static String rule(FeatureView view) {
    List<String> parts = new ArrayList<>();
    parts.add("by " + String.join(", ", view.keys().keySet()));
    view.eventTime().ifPresent(time -> parts.add("newest " + time));
    if (view.availability() instanceof Availability.After after) {
      parts.add("available " + words(after.delay()) + " later");
    } else if (view.availability() instanceof Availability.AtColumn at) {
      parts.add("available at " + at.column());
    }
    view.maxAge().ifPresent(age -> parts.add("not older than " + words(age)));
    parts.add("nulls " + Section.word(view.nulls()));
    return String.join(", ", parts);
  }

  private static String words(java.time.Duration length) {
    return length.toString().substring(1).replace("T", "").toLowerCase(java.util.Locale.ROOT);
  }
}
