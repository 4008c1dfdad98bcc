package dev.nightjar.run;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.config.Durations;
import dev.nightjar.config.Section;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.JoinChoice;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
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
    List<JoinChoice> joins = ScoredRows.joinChoices(plan);
    Dataset<Row> rows = plan.input().ofInterval();
    // A join makes rows of its own; none are needed to know how such rows come to the scorer.
    Dataset<Row> joined =
        joins.isEmpty() ? rows : spark.createDataFrame(List.of(), ScoredRows.joinedColumns(plan));
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
        views(joins),
        plan.scoring().passage(needed),
        ScoredRows.writtenColumns(plan),
        plan.memory(spark).withViews(joins.stream().mapToLong(JoinChoice::bytes).sum()),
        plan.notices(),
        physical(joins.isEmpty() ? needed : rows, joins));
  }

  private static String physical(Dataset<Row> rows, List<JoinChoice> joins) {
    StringBuilder text = new StringBuilder(rows.queryExecution().executedPlan().toString());
    for (JoinChoice join : joins) {
      text.append("\nthe view ").append(join.view()).append(":\n").append(join.physical());
    }
    return text.toString();
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
    TableReader.Size size = plan.input().size();
    Job.Input input = plan.job().input();
    return new RunPlan.Read(
        "input",
        plan.input().columns(),
        size.files(),
        size.bytes(),
        String.format(
                "%s in [%s, %s)", input.time(), plan.interval().start(), plan.interval().end())
            + snapshot(Plan.Digests.INPUT));
  }

  private List<RunPlan.View> views(List<JoinChoice> joins) {
    List<RunPlan.View> views = new ArrayList<>();
    for (int i = 0; i < joins.size(); i++) {
      views.add(new RunPlan.View(read(plan.views().get(i)), joins.get(i)));
    }
    return views;
  }

  private RunPlan.Read read(FeatureView view) {
    TableReader.Size size = plan.tables().size(view.source().orElseThrow(), Map.of());
    return new RunPlan.Read(
        view.name(),
        List.copyOf(view.columns()),
        size.files(),
        size.bytes(),
        rule(view) + snapshot(view.name()));
  }

  private String snapshot(String name) {
    String id = plan.digests().snapshots().get(name);
    return id == null ? "" : ", snapshot " + id;
  }

  private static String rule(FeatureView view) {
    List<String> parts = new ArrayList<>();
    parts.add("by " + String.join(", ", view.keys().keySet()));
    view.eventTime()
        .ifPresent(time -> parts.add(view.isWindowed() ? windows(view) : "newest " + time));
    if (view.availability() instanceof Availability.After after) {
      parts.add("available " + words(after.delay()) + " later");
    } else if (view.availability() instanceof Availability.AtColumn at) {
      parts.add("available at " + at.column());
    }
    view.maxAge().ifPresent(age -> parts.add("not older than " + words(age)));
    if (!view.isWindowed()) {
      parts.add("nulls " + Section.word(view.nulls()));
    }
    return String.join(", ", parts);
  }

  private static String windows(FeatureView view) {
    return "over the past "
        + view.features().stream()
            .map(feature -> feature.aggregation().orElseThrow().over())
            .distinct()
            .sorted()
            .map(Durations::text)
            .collect(Collectors.joining(" and "));
  }

  private static String words(java.time.Duration length) {
    return length.toString().substring(1).replace("T", "").toLowerCase(java.util.Locale.ROOT);
  }
}
