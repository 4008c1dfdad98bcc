package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.config.Durations;
import dev.nightjar.feature.spark.PointInTimeAudit.Finding;
import dev.nightjar.feature.spark.PointInTimeAudit.OfDelay;
import dev.nightjar.feature.spark.PointInTimeAudit.OfView;
import dev.nightjar.job.Job;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.PointInTimeReport;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.Sessions;
import dev.nightjar.schedule.Interval;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar pit-audit}. */
@Command(
    name = "pit-audit",
    description =
        "Proves on a sample of an interval's rows that no feature value was newer than its row's"
            + " as-of time, or not yet available then, by an inequality over all rows of the view"
            + " (exit 0; else exit 3 and each row). And tells what would have been joined had the"
            + " values arrived later.",
    mixinStandardHelpOptions = true)
final class PitAuditCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SHOWN = 10;

  @Spec private CommandSpec spec;
  @Mixin private JobArgument argument;
  @Mixin private JsonOption json;

  @Option(
      names = "--interval",
      required = true,
      paramLabel = "INTERVAL",
      description = "The logical time, such as 2013-11-05.")
  private String intervalText;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How many rows are looked at (default: ${DEFAULT-VALUE}); always the same ones.")
  private int sample;

  @Option(
      names = "--delay",
      split = ",",
      paramLabel = "LENGTH",
      defaultValue = "1h,1d",
      description = "By how much later values arrive, to be tried (default: ${DEFAULT-VALUE}).")
  private List<String> delays;

  @Override
  public Integer call() {
    if (sample < 1) {
      throw new ParameterException(spec.commandLine(), "--sample " + sample + ": give 1 or more");
    }
    List<Duration> tried = delays.stream().map(this::delay).toList();
    Job job = argument.job();
    Interval interval = argument.interval(job, intervalText);
    PointInTimeReport report;
    try (RunProgress progress = new RunProgress(spec, 1);
        OpenSession session = progress.starting(() -> Sessions.open("pit-audit " + job.name()))) {
      RunListener listener = progress.following(session.spark());
      report =
          new JobRunner(session.spark(), Clock.systemUTC(), listener)
              .auditTimes(job, interval, sample, tried);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      out.println(json(job, interval, report).toPrettyString());
    } else {
      print(job, interval, report, out);
    }
    out.flush();
    return (report.isSound() ? ExitCode.PUBLISHED : ExitCode.REFUSED).code();
  }

  private Duration delay(String text) {
    Optional<Duration> length = Durations.parse(text.strip());
    return length
        .filter(of -> !of.isZero())
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--delay '" + text + "' is no length of time; write such as 30m, 1h or 1d"));
  }

  private static void print(Job job, Interval interval, PointInTimeReport report, PrintWriter out) {
    out.println(
        Console.styled("@|bold " + job.name() + " · " + interval.id() + "|@")
            + ": "
            + Console.number(report.sampled())
            + " of "
            + Console.number(report.rows())
            + " rows");
    if (report.views().isEmpty()) {
      out.println("  no view has event times, so no row can have seen what was to come");
    }
    report.views().forEach(view -> print(view, out));
    if (!report.timeless().isEmpty() && !report.views().isEmpty()) {
      out.println(
          "  " + String.join(", ", report.timeless()) + ": without event times, so not audited");
    }
  }

  private static void print(OfView view, PrintWriter out) {
    out.println(
        "  "
            + view.view()
            + ": "
            + Console.number(view.answered())
            + " of "
            + Console.number(view.rows())
            + " rows were answered"
            + view.nearest()
                .map(least -> ", by values that were " + Durations.text(least) + " old or older")
                .orElse(""));
    if (view.newer().isEmpty() && view.other().isEmpty()) {
      out.println("    none by what was newer than its as-of time or not yet available");
    }
    findings(view.newer(), "by what it could not have known", out);
    findings(view.other(), "by another row than an inequality over the view finds", out);
    for (OfDelay delay : view.delays()) {
      out.println(
          "    had values come "
              + Durations.text(delay.delay())
              + " later: "
              + (delay.changed() == 0 ? "nothing would be another" : changes(delay)));
    }
  }

  private static String changes(OfDelay delay) {
    String features =
        delay.features().entrySet().stream()
            .filter(feature -> feature.getValue() > 0)
            .map(feature -> feature.getKey() + " " + Console.number(feature.getValue()))
            .collect(Collectors.joining(" · "));
    return Console.number(delay.changed())
        + (delay.changed() == 1 ? " row would be" : " rows would be")
        + " joined to something else, "
        + Console.number(delay.lost())
        + " of them to nothing"
        + (features.isEmpty() ? "" : " (" + features + ")");
  }

  private static void findings(List<Finding> findings, String what, PrintWriter out) {
    if (findings.isEmpty()) {
      return;
    }
    out.println("    ✘ " + Console.number(findings.size()) + " rows were answered " + what + ":");
    for (Finding finding : findings.subList(0, Math.min(MOST_SHOWN, findings.size()))) {
      out.println(
          "      "
              + finding.key()
              + " at "
              + finding.asOf()
              + ": event time "
              + Optional.ofNullable(finding.used()).map(Object::toString).orElse("none")
              + ", expected "
              + Optional.ofNullable(finding.expected()).map(Object::toString).orElse("none"));
    }
  }

  private static ObjectNode json(Job job, Interval interval, PointInTimeReport report) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", job.name());
    node.put("interval", interval.id());
    node.put("rows", report.rows());
    node.put("sampled", report.sampled());
    node.put("sound", report.isSound());
    ArrayNode views = node.putArray("views");
    for (OfView view : report.views()) {
      ObjectNode one = views.addObject();
      one.put("view", view.view());
      one.put("rows", view.rows());
      one.put("answered", view.answered());
      view.nearest().ifPresent(least -> one.put("nearest", Durations.text(least)));
      add(one.putArray("newer"), view.newer());
      add(one.putArray("other"), view.other());
      ArrayNode delays = one.putArray("delays");
      for (OfDelay delay : view.delays()) {
        ObjectNode changed = delays.addObject();
        changed.put("delay", Durations.text(delay.delay()));
        changed.put("changed", delay.changed());
        changed.put("lost", delay.lost());
        changed.set("features", JSON.valueToTree(delay.features()));
      }
    }
    node.set("timeless", JSON.valueToTree(report.timeless()));
    return node;
  }

  private static void add(ArrayNode array, List<Finding> findings) {
    for (Finding finding : findings) {
      ObjectNode one = array.addObject();
      one.put("row", finding.key());
      one.put("as-of", finding.asOf().toString());
      one.put("used", finding.used() == null ? null : finding.used().toString());
      one.put("expected", finding.expected() == null ? null : finding.expected().toString());
    }
  }
}
