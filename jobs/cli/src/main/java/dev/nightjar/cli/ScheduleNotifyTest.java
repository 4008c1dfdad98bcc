package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.job.Project;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Notice;
import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.ledger.Parcel;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.notice.Deliveries;
import dev.nightjar.notice.Message;
import dev.nightjar.notice.Notify;
import dev.nightjar.notice.Route;
import dev.nightjar.notice.Sender.Sent;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar schedule notify-test}. */
@Command(
    name = "notify-test",
    description = {
      "Sends a made-up notice to who would be told of a job's failures ('notify').",
      "Exit code 0: it has arrived; 1: it has not, and why."
    },
    mixinStandardHelpOptions = true)
final class ScheduleNotifyTest implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LedgerOption where;

  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "A job's name (default: whom conf/project.yaml names).")
  private @Nullable String job;

  @Override
  public Integer call() {
    Project project = job == null ? where.project() : where.projectWith(job);
    ProjectNotices place = new ProjectNotices(project);
    String name = job == null ? "example" : job;
    Optional<Route> route =
        job == null ? Route.of(name, project.notifying(), Optional.empty()) : place.of(job);
    if (route.isEmpty()) {
      throw new ConfigurationException(
          new Problem(
              "conf/project.yaml",
              0,
              Notify.NAME,
              "nobody is told; write 'notify: {webhook: {url: ${env:NAME}}}' here, or in the"
                  + " job's 'schedule'"));
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Message message =
        Message.of(
            new Parcel("test/" + key(name, now), "", List.of(madeUp(name, now)), 0), place, true);
    String shown = route.get().receiver().shown();
    try (Deliveries deliveries =
        new Deliveries(project.folder(), Clock.systemUTC(), Deliveries.USUAL_TIMEOUT)) {
      Sent sent = deliveries.send(route.get().receiver(), route.get().name(), message);
      if (sent instanceof Sent.Refused refused) {
        return failed("a notice for " + shown + " was not delivered: " + refused.problem());
      }
      if (sent instanceof Sent.Again again) {
        return failed("a notice for " + shown + " was not delivered: " + again.problem());
      }
    }
    spec.commandLine().getOut().println("delivered to " + shown + ":");
    message.text().lines().forEach(line -> spec.commandLine().getOut().println("  " + line));
    spec.commandLine().getOut().flush();
    return ExitCode.PUBLISHED.code();
  }

  private int failed(String problem) {
    return Complaint.print(
        new Failure(ExitCode.FAILED, problem, new IllegalStateException(problem)), spec);
  }

  private static String key(String name, Instant now) {
    return madeUp(name, now).key();
  }

  private static Notice madeUp(String name, Instant now) {
    Instant day = now.truncatedTo(ChronoUnit.DAYS);
    Instant before = day.minus(1, ChronoUnit.DAYS);
    return new Notice(
        name,
        1,
        before.toString().substring(0, "2024-03-05".length()),
        before,
        day,
        Event.FAILED,
        SlotState.FAILED,
        Cause.SCHEDULE,
        now,
        1,
        0,
        Optional.of("test"),
        "made up by 'nightjar schedule notify-test'",
        now,
        OptionalLong.empty(),
        Optional.empty());
  }
}
