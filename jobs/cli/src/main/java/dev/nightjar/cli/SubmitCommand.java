package dev.nightjar.cli;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.job.Job;
import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.MemoryPlan;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.GpuResources;
import dev.nightjar.submit.ContainerMemory;
import dev.nightjar.submit.Distribution;
import dev.nightjar.submit.Executors;
import dev.nightjar.submit.SparkStart;
import dev.nightjar.submit.SubmitOutcome;
import dev.nightjar.submit.SubmitPlan;
import dev.nightjar.submit.UserSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.launcher.JavaModuleOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar submit}. */
@Command(
    name = "submit",
    description = {
      "Runs an interval on a cluster: prints the spark-submit line, runs it, and tells from the"
          + " output path what became of it.",
      "What can be derived is derived from --executor-memory; --conf wins."
    },
    mixinStandardHelpOptions = true)
final class SubmitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "The logical time to score, such as 2013-11-05.")
  private String intervalText;

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[*]",
      description = "The cluster, such as spark://host:7077 or yarn (default: ${DEFAULT-VALUE}).")
  private String master;

  @Option(
      names = "--deploy-mode",
      paramLabel = "MODE",
      defaultValue = "client",
      description = "Where the driver runs; only client: the project's folder is on this machine.")
  private String deployMode;

  @Option(
      names = "--executor-memory",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description =
          "All that one executor may hold, heap and native memory together (default:"
              + " ${DEFAULT-VALUE}).")
  private String executorMemory;

  @Option(names = "--executors", paramLabel = "N", description = "How many executors.")
  private @Nullable Integer count;

  @Option(
      names = "--executor-cores",
      paramLabel = "N",
      defaultValue = "1",
      description = "Tasks that one executor runs at once (default: ${DEFAULT-VALUE}).")
  private int cores;

  @Option(
      names = "--driver-memory",
      paramLabel = "SIZE",
      defaultValue = "2g",
      description = "The driver's heap (default: ${DEFAULT-VALUE}).")
  private String driverMemory;

  @Option(
      names = "--native-cache",
      paramLabel = "DIR",
      description =
          "A folder on every host that holds the unpacked native libraries (default: each executor"
              + " unpacks its own).")
  private @Nullable Path nativeCache;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark; what would break a promise is refused.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--unless-published",
      description =
          "Leave the interval alone when it is published already, as 'nightjar run' does.")
  private boolean unlessPublished;

  @Option(
      names = {"--dry-run", "--print"},
      description = "Only print the line.")
  private boolean printOnly;

  @Override
  public Integer call() {
    if (cores < 1) {
      throw usage("--executor-cores " + cores + ": give 1 or more");
    }
    Job job = argument.job();
    Interval interval = argument.interval(job, intervalText);
    String submission = UUID.randomUUID().toString();
    SubmitPlan plan = plan(job, interval, submission);
    PrintWriter err = spec.commandLine().getErr();
    Optional<String> misfit = misfit(job, plan);
    if (misfit.isPresent()) {
      err.println("nightjar: " + job.name() + ": " + misfit.get() + ". Nothing was started");
      err.flush();
      return ExitCode.REFUSED.code();
    }
    plan.notes().forEach(note -> err.println("nightjar: " + note));
    if (printOnly) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(plan.shellLine());
      out.flush();
      return ExitCode.PUBLISHED.code();
    }
    err.println("nightjar: " + plan.shellLine());
    err.flush();
    int ended = run(plan);
    SubmitOutcome outcome =
        SubmitOutcome.read(
            JobRunner.store(new Configuration(), job), interval.id(), submission, ended);
    tell(job, interval, outcome, ended);
    return outcome.exit().code();
  }

  /**
   * Why the bundle does not fit into the executors; empty when it does.
   *
   * @throws dev.nightjar.run.PreflightException when it cannot run on the engine or device that the
   *     job asks for
   */
  private Optional<String> misfit(Job job, SubmitPlan plan) {
    try {
      MemoryNeed need = JobRunner.memory(new Configuration(), job, () -> noGpu(plan));
      return MemoryPlan.of(need, ContainerMemory.of(executorMemory).room(cores)).misfit();
    } catch (BundleException | RegistryException e) {
      return Optional.empty(); // the driver says so, and records it
    }
  }

  /** Why tasks get no GPU; empty when they do, or when settings that lie elsewhere may give one. */
  private Optional<String> noGpu(SubmitPlan plan) {
    boolean elsewhere =
        System.getenv("SPARK_HOME") != null || System.getenv("SPARK_CONF_DIR") != null;
    return elsewhere || master.startsWith("local[") || master.equals("local")
        ? Optional.empty()
        : GpuResources.missing(plan::setting);
  }

  private SubmitPlan plan(Job job, Interval interval, String submission) {
    if (!deployMode.equals("client")) {
      throw usage(
          "--deploy-mode "
              + deployMode
              + ": the driver would run on a machine that has neither the project "
              + job.project()
              + " nor this process to tell how it ended; use client");
    }
    try {
      Distribution distribution = Distribution.at(Path.of(home()));
      return SubmitPlan.of(
          new SubmitPlan.Request(
              distribution,
              SparkStart.find(
                  System.getenv("SPARK_HOME"),
                  distribution,
                  Path.of(System.getProperty("java.home"), "bin", "java"),
                  Arrays.asList(JavaModuleOptions.defaultModuleOptionArray())),
              master,
              driverMemory,
              new Executors(
                  ContainerMemory.of(executorMemory),
                  Optional.ofNullable(count),
                  cores,
                  Optional.ofNullable(nativeCache).map(dir -> dir.toAbsolutePath().toString())),
              UserSettings.of(settings),
              submission,
              arguments(job, interval)));
    } catch (IllegalArgumentException e) {
      throw argument.usage(e);
    }
  }

  private String home() {
    String home = System.getProperty("nightjar.home");
    if (home == null) {
      throw usage(
          "submit takes its jars from a distribution, and this process was not started from one;"
              + " use its bin/nightjar");
    }
    return home;
  }

  private List<String> arguments(Job job, Interval interval) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.add(argument.absolute());
    arguments.addAll(List.of("--interval", interval.id()));
    arguments.addAll(List.of("--project", job.project().toString()));
    if (unlessPublished) {
      arguments.add("--unless-published");
    }
    if (json.isOn()) {
      arguments.add("--json");
    }
    if (Main.isVerbose(spec)) {
      arguments.add(SubmitPlan.VERBOSE);
    }
    return arguments;
  }

  /** Runs the line in this terminal and gives its exit code. */
  private int run(SubmitPlan plan) {
    ProcessBuilder builder = new ProcessBuilder(plan.command()).inheritIO();
    builder.environment().putAll(plan.environment());
    try {
      Process process = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "nightjar-stop-driver"));
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("spark-submit cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the driver ran; ask 'nightjar runs'", e);
    }
  }

  /** The driver has told its own end; only what it could not know is told here. */
  private void tell(Job job, Interval interval, SubmitOutcome outcome, int ended) {
    if (ended != outcome.exit().code()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "nightjar: "
              + job.name()
              + " "
              + interval.id()
              + ": spark-submit ended with code "
              + ended
              + "; "
              + Main.environment(spec).redact(outcome.message()));
      err.flush();
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
