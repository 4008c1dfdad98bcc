package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.contract.Stage;
import dev.nightjar.job.Job;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Quarantine;
import dev.nightjar.run.Quarantine.OfInterval;
import dev.nightjar.run.Quarantine.Rejected;
import dev.nightjar.run.Quarantine.Shown;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands of {@code nightjar quarantine} that change nothing. */
final class QuarantineReading {
  private static final ObjectMapper JSON = new ObjectMapper();

  private QuarantineReading() {}

  /** {@code nightjar quarantine list}. */
  @Command(
      name = "list",
      description =
          "Lists the published intervals with rejected rows, newest first: how many at which stage,"
              + " because of which field and why.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JobArgument argument;
    @Mixin private JsonOption json;

    @Override
    public Integer call() {
      Job job = argument.job();
      List<OfInterval> intervals = Quarantine.list(JobRunner.store(new Configuration(), job));
      PrintWriter out = spec.commandLine().getOut();
      if (json.isOn()) {
        intervals.forEach(one -> out.println(json(one).toPrettyString()));
      } else if (intervals.isEmpty()) {
        out.println("no published result of " + job.name() + " has rejected rows");
      } else {
        print(intervals, out);
      }
      out.flush();
      return 0;
    }

    private static void print(List<OfInterval> intervals, PrintWriter out) {
      TextTable table =
          new TextTable("interval", "attempt", "rejected", "of", "stage", "field", "for example");
      for (OfInterval one : intervals) {
        Manifest manifest = one.manifest();
        if (one.reasons().isEmpty()) {
          table.add(
              manifest.interval(),
              Long.toString(manifest.token()),
              Console.number(manifest.rows().rejected()),
              Console.number(manifest.rows().total()),
              "",
              "",
              "its record cannot be read: quarantine show");
        }
        for (RunRecord.Rejections reason : one.reasons()) {
          table.add(
              manifest.interval(),
              Long.toString(manifest.token()),
              Console.number(reason.count()),
              Console.number(manifest.rows().total()),
              reason.stage(),
              reason.field(),
              reason.example());
        }
      }
      table.print(out);
    }

    private static ObjectNode json(OfInterval one) {
      ObjectNode node = JSON.createObjectNode();
      node.put("interval", one.manifest().interval());
      node.put("attempt", one.manifest().token());
      node.put("rejected", one.manifest().rows().rejected());
      node.put("rows", one.manifest().rows().total());
      ArrayNode reasons = node.putArray("reasons");
      for (RunRecord.Rejections reason : one.reasons()) {
        ObjectNode of = reasons.addObject();
        of.put("stage", reason.stage());
        of.put("field", reason.field());
        of.put("count", reason.count());
        of.put("example", reason.example());
      }
      return node;
    }
  }

  /** {@code nightjar quarantine show}. */
  @Command(
      name = "show",
      description =
          "Shows rejected rows of a published interval, with what the files hold of them.",
      mixinStandardHelpOptions = true)
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private JobArgument argument;
    @Mixin private JsonOption json;

    @Option(
        names = "--interval",
        required = true,
        paramLabel = "INTERVAL",
        description = "The logical time whose rows are shown, such as 2013-11-05.")
    private String intervalText;

    @Option(
        names = "--stage",
        paramLabel = "STAGE",
        description = "Only those that were rejected there: ${COMPLETION-CANDIDATES}.")
    private @Nullable Stage stage;

    @Option(
        names = "--field",
        paramLabel = "FIELD",
        description = "Only those that were rejected because of this input field, view or output.")
    private @Nullable String field;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "20",
        description = "The most rows that are shown, by key (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() {
      if (limit < 1) {
        throw new ParameterException(
            spec.commandLine(), "--limit " + limit + ": give 1 or more rows");
      }
      Job job = argument.job();
      Interval interval = argument.interval(job, intervalText);
      Shown shown;
      try (OpenSession session = Sessions.open("quarantine show " + job.name())) {
        shown =
            new JobRunner(session.spark(), Clock.systemUTC(), RunListener.NONE)
                .quarantine(
                    job, interval, Optional.ofNullable(stage), Optional.ofNullable(field), limit);
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json.isOn()) {
        shown.rows().forEach(row -> out.println(json(row).toPrettyString()));
      } else {
        print(shown, interval, out);
      }
      out.flush();
      return 0;
    }

    private static void print(Shown shown, Interval interval, PrintWriter out) {
      out.println(
          Console.number(shown.matching())
              + (shown.matching() == shown.all() ? "" : " of " + Console.number(shown.all()))
              + (shown.matching() == 1 ? " rejected row of " : " rejected rows of ")
              + interval.id()
              + (shown.rows().size() < shown.matching()
                  ? ", of which " + shown.rows().size() + " are shown"
                  : ""));
      for (Rejected row : shown.rows()) {
        out.println(
            "  "
                + values(row.key())
                + ": at "
                + row.why().stage().word()
                + (row.why().field().isEmpty() ? "" : ", " + row.why().field())
                + ": "
                + row.why().reason());
        if (!row.values().isEmpty()) {
          out.println("      " + values(row.values()));
        }
        if (!row.flags().isEmpty()) {
          out.println("      flags " + String.join(" ", row.flags()));
        }
      }
    }

    private static String values(Map<String, @Nullable Object> values) {
      return values.entrySet().stream()
          .map(one -> one.getKey() + " " + one.getValue())
          .collect(Collectors.joining(" · "));
    }

    private static ObjectNode json(Rejected row) {
      ObjectNode node = JSON.createObjectNode();
      RowJson.add(node.putObject("key"), row.key());
      node.put("stage", row.why().stage().word());
      node.put("field", row.why().field());
      node.put("reason", row.why().reason());
      RowJson.add(node.putObject("values"), row.values());
      node.set("flags", JSON.valueToTree(row.flags()));
      node.put("run", row.run());
      return node;
    }
  }
}
