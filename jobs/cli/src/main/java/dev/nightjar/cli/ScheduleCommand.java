package dev.nightjar.cli;

import dev.nightjar.job.Project;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.run.ExitCode;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.Node;
import dev.nightjar.schedule.node.NodeSettings;
import dev.nightjar.schedule.node.Timer;
import dev.nightjar.schedule.page.PageServer;
import dev.nightjar.schedule.page.PageSettings;
import dev.nightjar.schedule.quartz.QuartzTimer;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar schedule}. */
@Command(
    name = "schedule",
    description = {
      "Runs the jobs of a project when they are due, until it is stopped.",
      "Several may do so at once, on one machine or, with a ledger in PostgreSQL, on several."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      ScheduleNext.class,
      ScheduleChanging.PauseCommand.class,
      ScheduleChanging.ResumeCommand.class,
      ScheduleChanging.TriggerCommand.class,
      ScheduleStatus.class,
      ScheduleNotifyTest.class
    })
final class ScheduleCommand implements Callable<Integer> {
  private static final long SECONDS_TO_END = 60;

  /** By how much tests have this process's clock be wrong, as ISO-8601 has lengths of time. */
  private static final String CLOCK_OFFSET = "nightjar.test.clock-offset";

  @Spec private CommandSpec spec;
  @Mixin private LedgerOption where;

  @Option(
      names = "--node",
      paramLabel = "NAME",
      description =
          "What this scheduler is called, one of a kind on its ledger (default: the host's name).")
  private @Nullable String name;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How many runs it has at once (default: ${DEFAULT-VALUE}).")
  private int runs = 1;

  @Option(names = "--once", description = "Do what is due now, and end.")
  private boolean once;

  @Mixin private PageOption page;

  @Override
  public Integer call() {
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs " + runs + ": give 1 or more");
    }
    if (once && page.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "--once ends before anybody could look at a page; leave out --page");
    }
    Project project = where.project();
    Optional<PageSettings> shown = once ? Optional.empty() : page.settings(project);
    List<String> command = command();
    var unused = project.notifying(); // whose mistakes are told before anything begins
    return where.with(project, ledger -> run(project, ledger, command, shown));
  }

  private int run(
      Project project, Ledger ledger, List<String> command, Optional<PageSettings> shown) {
    String node = name == null ? hostName() : name;
    Consumer<String> say = this::say;
    ExecutorService executor = Executors.newCachedThreadPool();
    Clock clock = clock();
    try (Timer timer = once ? none() : QuartzTimer.start("nightjar " + node);
        Telling telling = Telling.start(node, project, ledger, executor, clock, say)) {
      Node scheduler =
          new Node(
              NodeSettings.usual(node, runs),
              ledger,
              new Node.Tools(
                  new ProjectJobs(project),
                  new ChildRuns(command, project.folder()),
                  new ProjectResults(project),
                  new ProjectGates(project),
                  timer,
                  executor,
                  clock,
                  say));
      say.accept(
          "scheduler " + node + " of " + project.folder() + ", ledger " + ledger.place().shown());
      Optional<PageServer> server =
          shown.flatMap(settings -> page.start(settings, project, ledger, scheduler, say));
      CountDownLatch ended = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> end(scheduler, telling, ended), "schedule-stop"));
      try {
        if (once) {
          scheduler.runOnce();
          telling.finish();
        } else {
          scheduler.run();
        }
        say.accept("scheduler " + node + " has ended");
      } finally {
        ended.countDown();
        server.ifPresent(PageServer::close);
      }
    } finally {
      executor.shutdown();
    }
    return ExitCode.PUBLISHED.code();
  }

  /**
   * A signal is how a scheduler is ended, and no failure; the JVM alone would exit with another.
   */
  private static void end(Node scheduler, Telling telling, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    scheduler.stop();
    telling.close();
    try {
      if (ended.await(SECONDS_TO_END, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(ExitCode.PUBLISHED.code());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitCode.FAILED.code());
  }

  private static Clock clock() {
    return Clock.offset(
        Clock.systemUTC(), Duration.parse(System.getProperty(CLOCK_OFFSET, "PT0S")));
  }

  private synchronized void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + Main.environment(spec).redact(line));
    out.flush();
  }

  /** What starts a run: this very distribution. */
  private List<String> command() {
    String home = System.getProperty("nightjar.home");
    if (home == null) {
      throw new ParameterException(
          spec.commandLine(), "it starts runs by bin/nightjar; start it by that, too");
    }
    return List.of(Path.of(home, "bin", "nightjar").toString());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // A machine that does not know its own name.
    }
  }

  /** For one who does not stay. */
  private static Timer none() {
    return new Timer() {
      @Override
      public void set(Collection<JobFile.Sound> jobs, Runnable wake) {
        // It goes round until it has done what is due.
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }
}
