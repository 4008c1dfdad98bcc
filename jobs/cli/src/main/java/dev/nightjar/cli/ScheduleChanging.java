package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Slot;
import dev.nightjar.run.ExitCode;
import dev.nightjar.schedule.Interval;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands of {@code nightjar schedule} that change what schedulers do. */
final class ScheduleChanging {
  private ScheduleChanging() {}

  private static void print(CommandSpec spec, String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /** {@code nightjar schedule pause}. */
  @Command(
      name = "pause",
      description = "Starts no more runs of a job until it is resumed; what runs goes on.",
      mixinStandardHelpOptions = true)
  static final class PauseCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LedgerOption where;

    @Parameters(paramLabel = "JOB", description = "A job's name.")
    private String job;

    @Override
    public Integer call() {
      Project project = where.projectWith(job);
      return where.with(
          project,
          ledger -> {
            ledger.pause(job, System.getProperty("user.name", "?"), now());
            print(spec, job + " is paused; go on with: " + resume(project));
            return ExitCode.PUBLISHED.code();
          });
    }

    private String resume(Project project) {
      return Console.command("schedule resume " + job, project.folder());
    }
  }

  /** {@code nightjar schedule resume}. */
  @Command(
      name = "resume",
      description = {
        "Starts runs of a paused job again.",
        "Of what it has missed, schedule.catch-up says what is made up for."
      },
      mixinStandardHelpOptions = true)
  static final class ResumeCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LedgerOption where;

    @Parameters(paramLabel = "JOB", description = "A job's name.")
    private String job;

    @Override
    public Integer call() {
      return where.with(
          where.projectWith(job),
          ledger -> {
            boolean was = ledger.resume(job);
            print(spec, job + (was ? " goes on" : " was not paused"));
            return ExitCode.PUBLISHED.code();
          });
    }
  }

  /** {@code nightjar schedule trigger}. */
  @Command(
      name = "trigger",
      description = "Makes an interval due now, also one that was scored before.",
      mixinStandardHelpOptions = true)
  static final class TriggerCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private LedgerOption where;

    @Parameters(paramLabel = "JOB", description = "A job's name.")
    private String name;

    @Option(
        names = "--interval",
        required = true,
        paramLabel = "INTERVAL",
        description = "The logical time to score, such as 2013-11-05.")
    private String interval;

    @Override
    public Integer call() {
      Project project = where.projectWith(name);
      Job job = project.job(name);
      Interval wanted = parsed(job);
      return where.with(
          project,
          ledger -> {
            boolean isNew =
                ledger.request(
                    Slot.due(
                        name, wanted.id(), wanted.start(), wanted.end(), Cause.TRIGGER, now()));
            if (!isNew) {
              String state =
                  ledger.slot(name, wanted.id()).map(slot -> slot.state().word()).orElse("there");
              print(
                  spec, name + " " + wanted.id() + " is " + state + " already; nothing is changed");
              return ExitCode.SUPERSEDED.code();
            }
            print(
                spec,
                name
                    + " "
                    + wanted.id()
                    + " is due"
                    + (ledger.paused().contains(name)
                        ? ", and waits: the job is paused"
                        : "; see: " + Console.command("schedule status", project.folder())));
            return ExitCode.PUBLISHED.code();
          });
    }

    private Interval parsed(Job job) {
      try {
        return Interval.parse(interval, job.grain(), job.zone());
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
    }
  }
}
