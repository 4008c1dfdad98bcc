package dev.nightjar.run;

import static java.util.Objects.requireNonNull;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.config.Durations;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.ViewDifferences;
import dev.nightjar.feature.spark.PointInTimeJoin;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.ViewStatistics;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Scoring;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Holds the job against what is there, before anything is read at length. */
final class Preflight {
  private final SparkSession spark;
  private final TableReader tables;
  private final Job job;
  private final Interval interval;
  private final List<String> findings = new ArrayList<>();

  Preflight(SparkSession spark, TableReader tables, Job job, Interval interval) {
    this.spark = spark;
    this.tables = tables;
    this.job = job;
    this.interval = interval;
  }

  /**
   * The plan of the run.
   *
   * @param loaded the bundle as an earlier run of this process loaded it, used when it is still the
   *     same
   * @throws PreflightException with everything that does not fit
   * @throws RefusedException when a view holds no rows, or the bundle does not fit into memory
   */
  Plan check(LoadedBundle loaded) {
    NamedBundle bundle = loaded.of(spark, job);
    Scoring scoring = bundle.scoring();
    List<FeatureView> views = trainedViews(scoring.bundle().manifest());
    throwIfAny();
    InputRows input =
        new InputRows(
            spark, tables, job, interval, timestamps(scoring), Plan.neededColumns(views, scoring));
    findings.addAll(new InputCheck(job, views).of(input.declaredColumns()));
    throwIfAny();
    StructType columns = input.all().schema();
    // Before anything is read: what changes from here on is noticed at the end.
    InputSnapshot snapshot = InputSnapshot.of(tables, input, views);
    Map<String, Dataset<Row>> viewTables = new LinkedHashMap<>();
    for (FeatureView view : views) {
      viewTables.put(view.name(), tables.read(view, Map.of()));
    }
    checkJoin(columns, views, viewTables);
    throwIfAny();
    Plan plan =
        new Plan(
            job,
            interval,
            scoring,
            bundle.resolved(),
            views,
            input,
            tables,
            new Plan.Digests(input.digest(), digests(views), snapshots(input, views)),
            snapshot);
    findings.addAll(scoring.mismatches(ScoredRows.joinedColumns(plan)));
    findings.addAll(outputCollisions(scoring));
    throwIfAny();
    plan.memory(spark)
        .misfit()
        .ifPresent(
            misfit -> {
              throw new RefusedException(misfit + ". Nothing was read and nothing is published");
            });
    refuseEmptyViews(viewTables);
    refuseStaleViews(views, viewTables);
    for (FeatureView view : views) {
      tables.requireSound(view.source().orElseThrow(), Map.of());
    }
    return plan;
  }

  private Map<String, String> digests(List<FeatureView> views) {
    Map<String, String> digests = new LinkedHashMap<>();
    for (FeatureView view : views) {
      digests.put(view.name(), tables.digest(view.source().orElseThrow(), Map.of()));
    }
    return digests;
  }

  private Map<String, String> snapshots(InputRows input, List<FeatureView> views) {
    Map<String, String> snapshots = new LinkedHashMap<>();
    input.snapshot().ifPresent(id -> snapshots.put(Plan.Digests.INPUT, Long.toString(id)));
    for (FeatureView view : views) {
      tables
          .snapshot(view.source().orElseThrow())
          .ifPresent(id -> snapshots.put(view.name(), Long.toString(id)));
    }
    return snapshots;
  }

  private void throwIfAny() {
    if (!findings.isEmpty()) {
      throw new PreflightException(findings);
    }
  }

  /** A path of the job file, against the project where it is relative and names no file system. */
  static String resolved(Job job, String path) {
    return Project.resolved(job.project(), path);
  }

  private List<FeatureView> trainedViews(BundleManifest manifest) {
    Map<String, FeatureView> trained =
        manifest.views().stream().collect(Collectors.toMap(FeatureView::name, v -> v));
    List<FeatureView> views = new ArrayList<>();
    for (FeatureView view : job.views()) {
      FeatureView rule = trained.remove(view.name());
      if (rule == null) {
        views.add(untrained(view));
        continue;
      }
      List<String> differences = ViewDifferences.between(view, rule);
      if (!differences.isEmpty()) {
        findings.add(
            "the feature view '"
                + view.name()
                + "' is not the one that the bundle was trained with: "
                + String.join("; ", differences)
                + ". Change conf/views/"
                + view.name()
                + ".yaml, or train and package again");
      }
      views.add(manifest.statistics().resolve(rule.withSource(view.source())));
    }
    for (String name : trained.keySet()) {
      findings.add(
          "the bundle was trained with the feature view '"
              + name
              + "', which the job does not name; add it to 'features'");
    }
    return views;
  }

  private FeatureView untrained(FeatureView view) {
    if (FeatureStatistics.neededBy(view)) {
      findings.add(
          "the feature view '"
              + view.name()
              + "' has a statistic of training for a default and the bundle knows none for it; package"
              + " the model with the record of its training set (--training)");
    }
    return view;
  }

  private static Set<String> timestamps(Scoring scoring) {
    return scoring.contract().inputSchema().fields().stream()
        .filter(field -> field.type() == DataType.TIMESTAMP)
        .map(Field::name)
        .collect(Collectors.toSet());
  }

  private void checkJoin(
      StructType columns, List<FeatureView> views, Map<String, Dataset<Row>> tables) {
    Map<String, StructType> schemas = new LinkedHashMap<>();
    tables.forEach((name, table) -> schemas.put(name, table.schema()));
    findings.addAll(
        PointInTimeJoin.of(views, view -> requireNonNull(tables.get(view.name())))
            .check(columns, job.input().asOf(), schemas));
  }

  private List<String> outputCollisions(Scoring scoring) {
    Set<String> written = new LinkedHashSet<>(job.input().key());
    List<String> collisions = new ArrayList<>();
    for (String name : job.output().passThrough()) {
      if (!written.add(name)) {
        collisions.add(
            "output.pass-through: '" + name + "' is a key column and is written anyway; remove it");
      }
    }
    for (String name : scoring.contract().outputSchema().names()) {
      if (!written.add(name)) {
        collisions.add(
            "the bundle's output '"
                + name
                + "' has the name of a column that is written along; rename the column, or remove it"
                + " from output.pass-through");
      }
    }
    return collisions;
  }

  /** Of each view with such a rule, the newest row that was there at the end of the interval. */
  private void refuseStaleViews(List<FeatureView> views, Map<String, Dataset<Row>> tables) {
    for (FeatureView view : views) {
      Duration allowed = job.freshness().get(view.name());
      if (allowed == null) {
        continue;
      }
      Optional<Instant> newest =
          ViewStatistics.newest(view, requireNonNull(tables.get(view.name())), interval.end());
      if (newest.filter(at -> !at.isBefore(interval.end().minus(allowed))).isEmpty()) {
        throw new RefusedException(
            "the feature view '"
                + view.name()
                + "' is not fresh: at the end of the interval, "
                + interval.end()
                + ", "
                + newest
                    .map(at -> "its newest row was of " + at)
                    .orElse("none of its rows was there yet")
                + ", and 'fresh-within' asks for one of the last "
                + Durations.text(allowed)
                + "; wait for its table, or change conf/views/"
                + view.name()
                + ".yaml");
      }
    }
  }

  private void refuseEmptyViews(Map<String, Dataset<Row>> tables) {
    if (job.limits().emptyViews() == Job.EmptyViews.ALLOW) {
      return;
    }
    tables.forEach(
        (name, table) -> {
          if (table.isEmpty()) {
            throw new RefusedException(
                "the feature view '"
                    + name
                    + "' holds no rows, so every row would be scored on defaults; mend its table, or"
                    + " say limits.empty-views: allow");
          }
        });
  }
}
