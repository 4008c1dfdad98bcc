package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.job.Job;
import dev.nightjar.schedule.Firings;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar schedule next}. */
@Command(
    name = "next",
    description = "Tells when a job fires next, and which interval each firing scores.",
    mixinStandardHelpOptions = true)
final class ScheduleNext implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many firings (default: ${DEFAULT-VALUE}).")
  private int count = 5;

  @Option(
      names = "--after",
      paramLabel = "TIME",
      description = "The firings after a time, in UTC without an offset (default: now).")
  private @Nullable String after;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--count " + count + ": give 1 or more");
    }
    Job job = argument.job();
    PrintWriter out = spec.commandLine().getOut();
    Instant from = after == null ? Instant.now() : Times.read(spec, "--after", after);
    if (job.schedule().isEmpty()) {
      out.println(job.name() + " has no schedule; it runs when somebody asks for it");
      out.flush();
      return 0;
    }
    Schedule schedule = job.schedule().get();
    Firings firings = new Firings(schedule, job.grain());
    TextTable table = new TextTable("fires", "scores", "from", "to");
    Optional<Instant> at = firings.next(from);
    for (int i = 0; i < count && at.isPresent(); i++) {
      Interval interval = firings.scoredAt(at.get());
      if (json.isOn()) {
        out.println(json(job, at.get(), interval));
      } else {
        table.add(
            local(job, at.get()),
            interval.id(),
            local(job, interval.start()),
            local(job, interval.end()));
      }
      at = firings.next(at.get());
    }
    if (!json.isOn()) {
      out.println(
          job.name()
              + ", "
              + schedule.inWords()
              + " in "
              + job.zone()
              + " ("
              + schedule.cron()
              + ")");
      table.print(out);
      if (at.isEmpty()) {
        out.println("  and never after that");
      }
    }
    out.flush();
    return 0;
  }

  private static String local(Job job, Instant instant) {
    return instant.atZone(job.zone()).toOffsetDateTime().toString();
  }

  private static String json(Job job, Instant at, Interval interval) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", job.name());
    node.put("fires", at.toString());
    node.put("interval", interval.id());
    node.put("start", interval.start().toString());
    node.put("end", interval.end().toString());
    return node.toString();
  }
}
