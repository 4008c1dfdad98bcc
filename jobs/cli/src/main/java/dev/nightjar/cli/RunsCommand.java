package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Retention;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.JobRunner;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar runs}. */
@Command(
    name = "runs",
    description = "Lists the attempts of a job and how each ended, and which one readers see.",
    mixinStandardHelpOptions = true,
    subcommands = {RunsShowCommand.class, RunsResolveCommand.class, RunsCancelCommand.class})
final class RunsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ProjectOption project;

  // Not demanded by picocli, which would demand it of 'runs show JOB' too, in front of 'show'.
  @Parameters(arity = "0..1", paramLabel = "JOB", description = "A job's name, or its file.")
  private @Nullable String nameOrFile;

  @Mixin private JsonOption json;

  @Option(names = "--interval", paramLabel = "INTERVAL", description = "Only this interval's.")
  private @Nullable String interval;

  @Option(
      names = "--collect",
      description =
          "First take away the files of superseded and failed attempts that are older than the"
              + " job's output.keep. Each run does so for its own interval.")
  private boolean collect;

  /**
   * Refuses what was written in front of a command of this one: it would be left out in silence.
   */
  static void requireNothingBefore(CommandSpec command) {
    CommandSpec runs = command.parent();
    boolean hasMore =
        !runs.commandLine().getParseResult().matchedPositionals().isEmpty()
            || runs.commandLine().getParseResult().matchedOptions().stream()
                .anyMatch(option -> !option.inherited());
    if (hasMore) {
      throw new ParameterException(
          command.commandLine(),
          "write job and options behind '"
              + command.name()
              + "': nightjar runs "
              + command.name()
              + " JOB --interval INTERVAL");
    }
  }

  @Override
  public Integer call() {
    if (nameOrFile == null) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'JOB'");
    }
    Job job = project.job(nameOrFile);
    ResultStore store = JobRunner.store(new Configuration(), job);
    PrintWriter out = spec.commandLine().getOut();
    if (collect) {
      Retention retention = new Retention(store, job.output().keep(), Clock.systemUTC());
      List<String> gone = interval == null ? retention.collect() : retention.collect(interval);
      spec.commandLine()
          .getErr()
          .println(
              gone.isEmpty()
                  ? "nothing is old enough to be collected (output.keep)"
                  : "collected: " + String.join(", ", gone));
    }
    List<RunRecord> records = interval == null ? store.records() : store.records(interval);
    if (json.isOn()) {
      records.forEach(record -> out.println(record.json()));
      out.flush();
      return 0;
    }
    if (records.isEmpty()) {
      out.println(
          "no run of " + job.name() + " so far; start one with: nightjar run " + job.name());
      out.flush();
      return 0;
    }
    Map<String, Long> visible =
        store.published().stream().collect(Collectors.toMap(Manifest::interval, Manifest::token));
    TextTable table =
        new TextTable(
            "interval",
            "attempt",
            "ended",
            "status",
            "visible",
            "in",
            "scored",
            "filtered",
            "rejected",
            "parity",
            "reason");
    for (RunRecord record : records) {
      boolean isVisible = Long.valueOf(record.token()).equals(visible.get(record.interval()));
      table.add(
          record.interval(),
          Long.toString(record.token()),
          record.ended().toString().replaceAll("\\.\\d+", ""),
          record.ending().status().word(),
          isVisible ? "yes" : "",
          Console.number(record.counts().read()),
          Console.number(record.counts().scored()),
          Console.number(record.counts().filtered()),
          Console.number(record.counts().rejected()),
          record.parity() == null ? "" : ParityLine.word(record.parity()),
          isVisible ? "" : record.ending().reason());
    }
    table.print(out);
    out.flush();
    return 0;
  }
}
