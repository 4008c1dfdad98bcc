package dev.nightjar.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.config.Durations;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.ViewStatistics;
import dev.nightjar.feature.spark.ViewStatistics.OfFeature;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar features stats}. */
@Command(
    name = "stats",
    description =
        "Reads the table of a feature view and tells rows, keys, freshness, and of each feature null"
            + " rate, range, mean and how many different values.",
    mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private ProjectOption project;
  @Mixin private JsonOption json;
  @Mixin private AtOption at;

  @Parameters(paramLabel = "VIEW", description = "A view of conf/views.")
  private String name;

  @Override
  public Integer call() {
    FeatureView view = NamedViews.read(project.project(), "VIEW", List.of(name)).get(0);
    Instant now = at.moment(Clock.systemUTC());
    ViewStatistics statistics;
    try (OpenSession session = Sessions.open("features stats");
        TableReader tables =
            new TableReader(session.spark(), project.project().folder().toString())) {
      tables.requireSound(view.source().orElseThrow(), Map.of());
      statistics = ViewStatistics.of(view, tables.read(view, Map.of()), now);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      out.println(json(statistics, now));
    } else {
      print(view, statistics, now, out);
    }
    out.flush();
    return 0;
  }

  private void print(FeatureView view, ViewStatistics found, Instant now, PrintWriter out) {
    out.println(Console.styled("@|bold " + name + "|@"));
    line(out, "rows", Console.number(found.rows()));
    line(
        out,
        "keys",
        Console.number(found.keys())
            + (found.staleKeys() == 0
                ? ""
                : ", of which " + Console.number(found.staleKeys()) + " are stale"));
    found
        .newest()
        .ifPresent(
            newest ->
                line(
                    out,
                    "newest",
                    newest
                        + ", "
                        + Durations.text(
                            Duration.between(newest, now).truncatedTo(ChronoUnit.SECONDS))
                        + " ago"
                        + (view.maxAgeMicros() == Long.MAX_VALUE
                            ? ""
                            : "; rows count for " + ViewWords.age(view))));
    found.first().ifPresent(first -> line(out, "first", first.toString()));
    if (found.withoutKey() + found.withoutTime() + found.future() > 0) {
      line(
          out,
          "unseen",
          String.format(
              Locale.ROOT,
              "%,d rows without a key, %,d without a time, %,d that lie ahead",
              found.withoutKey(),
              found.withoutTime(),
              found.future()));
    }
    out.println();
    TextTable table =
        new TextTable("feature", "null", "NaN", "different", "least", "greatest", "mean");
    for (OfFeature feature : found.features()) {
      table.add(
          feature.name(),
          share(feature.nulls(), found.rows()),
          feature.notNumbers() == 0 ? "" : share(feature.notNumbers(), found.rows()),
          "~" + Console.number(feature.distinct()),
          feature.least() == null ? "" : feature.least(),
          feature.greatest() == null ? "" : feature.greatest(),
          feature.mean().isEmpty()
              ? ""
              : String.format(Locale.ROOT, "%.6g", feature.mean().getAsDouble()));
    }
    table.print(out);
  }

  private static void line(PrintWriter out, String what, String text) {
    out.println(String.format(Locale.ROOT, "  %-10s %s", what, text));
  }

  private static String share(long part, long all) {
    return all == 0 ? "" : String.format(Locale.ROOT, "%.2f%%", 100.0 * part / all);
  }

  private String json(ViewStatistics found, Instant now) {
    ObjectNode node = JSON.createObjectNode();
    node.put("view", name);
    node.put("at", now.toString());
    node.put("rows", found.rows());
    node.put("without-key", found.withoutKey());
    node.put("without-time", found.withoutTime());
    node.put("future", found.future());
    node.put("keys", found.keys());
    node.put("stale-keys", found.staleKeys());
    found.first().ifPresent(first -> node.put("first", first.toString()));
    found.newest().ifPresent(newest -> node.put("newest", newest.toString()));
    for (OfFeature feature : found.features()) {
      ObjectNode one = node.withArray("features").addObject();
      one.put("name", feature.name());
      one.put("nulls", feature.nulls());
      one.put("nan", feature.notNumbers());
      one.put("distinct", feature.distinct());
      one.put("least", feature.least());
      one.put("greatest", feature.greatest());
      feature.mean().ifPresent(mean -> one.put("mean", mean));
    }
    return node.toPrettyString();
  }
}
