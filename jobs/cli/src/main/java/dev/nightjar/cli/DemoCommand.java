package dev.nightjar.cli;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.demo.DemoModel;
import dev.nightjar.demo.DemoProject;
import dev.nightjar.demo.FlightWorld;
import dev.nightjar.demo.TrainedModel;
import dev.nightjar.demo.Troubles;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.Version;
import dev.nightjar.result.Results;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.HadoopRegistries;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.OnlineStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar demo}. */
@Command(
    name = "demo",
    description =
        "Makes a month of flights, trains a network on them, scores a day of them twice, stores their"
            + " features for requests and shows what happened.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String DAY = "2013-11-29";
  private static final String BEGIN = "2013-11-01";
  private static final String ALIAS = "champion";
  private static final String MARKER = ".nightjar-demo";
  private static final long SEED = 2013;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "demo",
      description = "The project folder to make (default: ${DEFAULT-VALUE}); made anew each time.")
  private Path folder;

  @Override
  public Integer call() throws IOException {
    long begin = System.nanoTime();
    PrintWriter out = spec.commandLine().getOut();
    prepareFolder();
    say(
        out,
        "1  a month of flights, weather and aircraft, with everything that goes wrong in real life");
    Troubles troubles = DemoProject.write(folder, FlightWorld.of(SEED));
    tell(out, troubles);
    try (RunProgress progress = new RunProgress(spec, 2);
        OpenSession session = progress.starting(() -> Sessions.open("demo"))) {
      SparkSession spark = session.spark();
      progress.clear();
      DemoModel model = new DemoModel(spark, folder);
      say(out, "2  nightjar features join: the training set, joined as of each flight's departure");
      TrainingSets.Result joined = model.joinTrainingSet();
      detail(out, "%,d rows joined, %,d rejected for a null key", joined.rows(), joined.rejected());
      say(out, "3  a DL4J network learns which flights will land 15 minutes late or more");
      TrainedModel trained = model.train();
      detail(
          out,
          "%,d flights of %s to learn from; AUC %.3f on %,d later ones",
          trained.trainingRows(),
          "November 1 to 20",
          trained.auc(),
          trained.heldOutRows());
      say(
          out,
          "4  Bundles.from(network)…write: one bundle with the transform, the normalizer and golden rows");
      Bundle bundle = model.pack(trained);
      detail(out, "%s", bundle.label());
      admit(out, bundle);
      return runTwice(progress, spark, out, begin);
    }
  }

  private void admit(PrintWriter out, Bundle bundle) {
    String words = "models add " + DemoModel.BUNDLE + " --alias " + ALIAS;
    say(out, "5  nightjar " + words + ": proven, stored, and named in the job");
    Project project = Project.open(folder, Main.environment(spec));
    Registry registry =
        HadoopRegistries.writable(new Configuration(), project.resolved(project.registry().text()));
    Version version = registry.admit(bundle.files(), "demo");
    registry.promote(version.name(), version.version(), ALIAS, "demo", Optional.empty());
    detail(out, "%s", registry.resolve(version.name() + "@" + ALIAS).label());
  }

  private int runTwice(RunProgress progress, SparkSession spark, PrintWriter out, long begin) {
    Job job = Project.open(folder, Main.environment(spec)).job(DemoProject.JOB);
    Interval day = Interval.parse(DAY, job.grain(), job.zone());
    JobRunner runner = new JobRunner(spark, Clock.systemUTC(), progress.following(spark));
    say(out, "6  nightjar run " + job.name() + " --interval " + DAY);
    RunResult first = runner.run(job, day);
    progress.clear();
    new RunSummary(job, first, true).print(out);
    say(out, "7  the same again: the interval's result is replaced, nothing doubles");
    RunResult second = runner.run(job, day);
    progress.clear();
    new RunSummary(job, second, false).print(out);
    for (RunResult result : new RunResult[] {first, second}) {
      if (result.failure().isPresent()) {
        return Complaint.print(result.failure().get(), spec);
      }
      if (result.exit() != ExitCode.PUBLISHED) {
        return result.exit().code();
      }
    }
    out.println();
    Results results =
        Results.at(spark, folder.resolve(job.output().path().text()).toString()).interval(DAY);
    TextTable.of(
            results
                .scored()
                .orderBy(org.apache.spark.sql.functions.desc("delayed"))
                .drop("_nightjar_bundle")
                .takeAsList(5))
        .print(out);
    storeFeatures(spark, job, out);
    farewell(out, begin);
    return 0;
  }

  /** With the past, for the flights of which one may ask are of then. */
  private void storeFeatures(SparkSession spark, Job job, PrintWriter out) {
    List<FeatureView> views = job.views();
    String names = String.join(" ", views.stream().map(FeatureView::name).toList());
    out.println();
    say(
        out,
        "8  nightjar features materialize "
            + names
            + " --history --from "
            + BEGIN
            + ": for flights on request");
    Project project = Project.open(folder, Main.environment(spec));
    try (OnlineStore store = project.featureStore().write(views);
        TableReader tables = new TableReader(spark, project.folder().toString())) {
      Materialization materialization = new Materialization(tables, store);
      for (FeatureView view : views) {
        Materialization.Stored stored =
            materialization.store(
                new Materialization.Request(
                    view,
                    Optional.of(Instant.parse(BEGIN + "T00:00:00Z")),
                    Clock.systemUTC().instant(),
                    Optional.of(Keeping.HISTORY),
                    false));
        detail(out, "%s: %,d rows of %,d keys stored", view.name(), stored.rows(), stored.keys());
      }
    }
  }

  private void farewell(PrintWriter out, long begin) {
    out.println();
    out.printf(
        Locale.ROOT,
        "Done in %.0f s. All of it lies in %s: conf/ (job, views, contract), data/, bundles/, models/, out/, feature-store/.%n",
        (System.nanoTime() - begin) / 1e9,
        folder);
    out.println("Look further:");
    for (String words :
        new String[] {
          "results flight-delay --interval " + DAY + " --content quarantine --show 5",
          "runs flight-delay",
          "models show flight-delay",
          "serve",
          "run flight-delay --from 2013-11-26 --to 2013-11-28"
        }) {
      out.println("  " + Console.command(words, folder));
    }
    Path here = Path.of("");
    out.println("  " + Console.command("inspect " + folder.resolve(DemoModel.BUNDLE), here));
    out.flush();
  }

  private static void tell(PrintWriter out, Troubles troubles) {
    detail(
        out,
        "%,d flights (%,d cancelled, %,d without a departure time, %,d without a key, %,d with a"
            + " negative distance)",
        troubles.flights(),
        troubles.cancelled(),
        troubles.nullDepartures(),
        troubles.nullKeys(),
        troubles.negativeDistances());
    detail(
        out,
        "%,d weather reports (%,d hours missing, %,d doubled, %,d corrected later, %,d received late)",
        troubles.reports(),
        troubles.missingReports(),
        troubles.duplicateReports(),
        troubles.corrections(),
        troubles.lateReports());
  }

  /** Makes the folder anew, but never touches one that the demo has not made. */
  private void prepareFolder() throws IOException {
    if (Files.exists(folder)) {
      if (!Files.exists(folder.resolve(MARKER))) {
        throw new ParameterException(
            spec.commandLine(),
            "the folder "
                + folder
                + " is there and not of an earlier demo; choose another with --dir");
      }
      Files.walkFileTree(folder, new Deletion());
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(MARKER), "made by nightjar demo; it will be made anew\n");
  }

  /** Deletes a folder and all that is in it. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static void say(PrintWriter out, String text) {
    out.println(Console.styled("@|bold,cyan " + text + "|@"));
    out.flush();
  }

  private static void detail(PrintWriter out, String format, Object... values) {
    out.println("   " + String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
