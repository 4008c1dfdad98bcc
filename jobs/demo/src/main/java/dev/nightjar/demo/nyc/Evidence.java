package dev.nightjar.demo.nyc;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.certificate.References;
import dev.nightjar.contract.Contract;
import dev.nightjar.demo.Auc;
import dev.nightjar.demo.TrainedModel;
import dev.nightjar.demo.nyc.ArrivalDelay.Variant;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Trains on real flights, scores two months of them day by day, and prints what can be checked:
 * sums by key, joins against independent samples, the worth of the scores beside controls, and the
 * Spark path against a row-by-row judge. Started by {@code scripts/nycflights13}; exits with 1 when
 * a figure is not what it must be.
 */
public final class Evidence {
  private static final String FIRST = "2013-11-01";
  private static final String LAST = "2013-12-31";
  private static final int DAYS = 61;
  private static final int JUDGED = 120_000;
  private static final String SKIP_PROOF = "nightjar.test.skip-golden-rows";

  private final SparkSession spark;
  private final NycProject project;
  private final List<String> wrong = new ArrayList<>();

  private Evidence(SparkSession spark, NycProject project) {
    this.spark = spark;
    this.project = project;
  }

  /**
   * Takes the folder of configuration, the folder of the data, a folder to work in and the script
   * that starts the command line.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    NycProject project =
        NycProject.make(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    List<String> wrong;
    try (OpenSession session = Sessions.open("nycflights13")) {
      SparkSession spark = session.spark();
      Evidence evidence = new Evidence(spark, project);
      try (NycModel model = new NycModel(spark, project)) {
        evidence.print(model);
      }
      wrong = evidence.wrong;
    }
    UnchangedBackfill.Answer nothing =
        new UnchangedBackfill(Path.of(arguments[3]), project).ask(FIRST, LAST);
    say(
        "backfill --changed, nothing has changed: %d days, noop-backfill-seconds %.2f (%s)",
        nothing.days(), nothing.median(), nothing.seconds());
    if (nothing.days() != DAYS) {
      wrong.add("the days that have not changed");
    }
    if (!wrong.isEmpty()) {
      wrong.forEach(what -> say("WRONG: %s", what));
      System.exit(1);
    }
    say("every figure is as it must be");
  }

  private void print(NycModel model) throws IOException {
    TrainingSets.Result joined = model.joinTrainingSet();
    say("training set: %,d rows of January to October", joined.rows());
    model.joinHeldOut();
    TrainedModel trained = model.train(Variant.AS_SCHEDULED);
    Bundle bundle = model.pack(trained);
    say("bundle: %s", bundle.label());
    runAllDays();
    NycFlights flights = NycFlights.read(project.data("flights.csv.gz"));
    printSums(flights);
    printWorth(model, flights);
    printSamples();
    printParity(model);
  }

  private void runAllDays() {
    Job job = project.job();
    long begin = System.nanoTime();
    List<Interval> days =
        Interval.parse(FIRST, job.grain(), job.zone())
            .to(Interval.parse(LAST, job.grain(), job.zone()));
    try (References references = new References()) {
      JobRunner runner = new JobRunner(spark, Clock.systemUTC(), RunListener.NONE, references);
      for (Interval day : days) {
        RunResult result = runner.run(job, day);
        if (result.manifest().isEmpty()) {
          wrong.add(day.id() + " was not published: " + result.record().ending().reason());
        }
      }
    }
    say(
        "scored %d days one by one in one session: %.0f s",
        days.size(), (System.nanoTime() - begin) / 1e9);
  }

  /** From the published files, through the manifests. */
  private void printSums(NycFlights flights) {
    Job job = project.job();
    ResultStore store = JobRunner.store(new Configuration(), job);
    List<Manifest> manifests = store.published();
    Manifest.Rows sum = new Manifest.Rows(0, 0, 0);
    for (Manifest one : manifests) {
      sum =
          new Manifest.Rows(
              sum.scored() + one.rows().scored(),
              sum.filtered() + one.rows().filtered(),
              sum.rejected() + one.rows().rejected());
    }
    Results results = Results.at(spark, store.root().toString());
    Dataset<Row> keys =
        results
            .scored()
            .select("flight_id")
            .union(results.filtered().select("flight_id"))
            .union(results.quarantine().select("flight_id"));
    Map<Long, Integer> times = new HashMap<>();
    keys.collectAsList().forEach(row -> times.merge(row.getLong(0), 1, Integer::sum));
    long doubled = times.values().stream().filter(n -> n > 1).count();
    boolean sameKeys = times.keySet().equals(flights.scored());
    long unassigned =
        store.records().stream()
            .map(RunRecord::counts)
            .mapToLong(c -> c.unassigned())
            .max()
            .orElse(0);
    say("%d intervals published", manifests.size());
    say(
        "%,d rows in = %,d scored + %,d filtered + %,d rejected; keys equal to the file's: %s, doubled: %d",
        flights.scored().size(),
        sum.scored(),
        sum.filtered(),
        sum.rejected(),
        sameKeys ? "yes" : "NO",
        doubled);
    say("%,d unassigned in each run's listing (%,d in the file)", unassigned, flights.unassigned());
    require(sum.total() == flights.scored().size() && sameKeys && doubled == 0, "the sums by key");
    require(unassigned == flights.unassigned(), "the unassigned rows");
  }

  private void printWorth(NycModel model, NycFlights flights) {
    Map<Long, Float> scores = new TreeMap<>();
    Results.at(spark, project.folder().resolve("out/arrival-delay").toString())
        .scored()
        .select("flight_id", "delayed")
        .collectAsList()
        .forEach(row -> scores.put(row.getLong(0), row.getFloat(1)));
    List<Long> ids = NycFlights.labelled(scores, flights.late());
    float[] predicted = new float[ids.size()];
    boolean[] late = new boolean[ids.size()];
    for (int i = 0; i < predicted.length; i++) {
      predicted[i] = scores.getOrDefault(ids.get(i), 0f);
      late[i] = flights.late().getOrDefault(ids.get(i), false);
    }
    double published = Auc.of(predicted, late);
    double shuffled = model.train(Variant.SHUFFLED_LABELS).auc();
    double rates = model.rateAuc();
    double knowing = model.train(Variant.WITH_DEPARTURE_DELAY).auc();
    say(
        "AUC for 15 minutes or more, over %,d published scores with a label: %.4f",
        ids.size(), published);
    say("  control, shuffled labels:              %.4f (about 0.5)", shuffled);
    say("  control, rate by carrier and hour:     %.4f", rates);
    say("  control, the same with dep_delay:      %.4f (must be far higher)", knowing);
    require(published > rates, "the model is worth more than a table");
    require(Math.abs(shuffled - 0.5) < 0.05, "shuffled labels teach nothing");
    require(knowing > published + 0.1, "dep_delay is not in the model already");
  }

  private void printSamples() {
    NycSamples samples = new NycSamples(spark, project);
    List<NycSamples.Comparison> all = new ArrayList<>(samples.weather());
    all.addAll(samples.previousDelay());
    for (NycSamples.Comparison one : all) {
      say("features join, %s: %,d rows, %d mismatches", one.name(), one.rows(), one.mismatches());
      require(one.mismatches() == 0 && one.rows() == 20_000, one.name());
    }
  }

  private void printParity(NycModel model) throws IOException {
    Contract contract = project.contract();
    Path bundle = project.folder().resolve(project.job().bundle().text());
    NycParity parity = new NycParity(spark, bundle, contract);
    Dataset<Row> rows =
        model.joined(model.flights().filter(functions.col("flight_id").leq(JUDGED)));
    NycParity.Comparison sound = parity.compare(rows, bundle);
    say(
        "Spark against row by row: %,d rows %s, %d differing outcomes, %d scores beyond tolerance,"
            + " greatest difference %.2e",
        sound.rows(),
        sound.outcomes(),
        sound.differingOutcomes(),
        sound.beyondTolerance(),
        sound.greatest());
    require(
        sound.rows() >= 100_000 && sound.differingOutcomes() == 0 && sound.beyondTolerance() == 0,
        "the Spark path equals the reference");
    Path changed =
        parity.withOneWeightChanged(project.folder().resolve("bundles/one-weight-changed"));
    try {
      parity.compare(rows.limit(1), changed);
      wrong.add("a bundle with a changed weight was loaded");
    } catch (BundleException e) {
      say("one weight changed, all digests rewritten: %s", String.valueOf(e.getMessage()));
    }
    System.setProperty(SKIP_PROOF, "true");
    NycParity.Comparison unproven = parity.compare(rows.limit(5_000), changed);
    System.clearProperty(SKIP_PROOF);
    say(
        "the same with the proof left out: %d of %,d scores beyond tolerance",
        unproven.beyondTolerance(), unproven.rows());
    require(unproven.beyondTolerance() > 0, "the comparison sees a changed weight");
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      wrong.add(what);
    }
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
