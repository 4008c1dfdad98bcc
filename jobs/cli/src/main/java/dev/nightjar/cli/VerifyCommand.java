package dev.nightjar.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Verification;
import dev.nightjar.materialize.Verification.Difference;
import dev.nightjar.materialize.Verification.Report;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.StorePlace;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar features verify}. */
@Command(
    name = "verify",
    description =
        "Holds what the store answers against the join over the view's table, at sampled keys and"
            + " times: values, flags, rejections and event times must be equal (exit 0), or each"
            + " difference is shown (exit 3).",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;
  @Mixin private StoreOption project;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "VIEW", description = "A view of conf/views, stored with its history.")
  private String view;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many keys and times are asked (default: ${DEFAULT-VALUE}).")
  private int sample;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description =
          "Ask the keys and times that were asked with this seed (default: another one each"
              + " time, which is printed).")
  private @Nullable Long seed;

  @Override
  public Integer call() {
    if (sample < 1) {
      throw new ParameterException(spec.commandLine(), "--sample " + sample + ": give 1 or more");
    }
    FeatureView asked =
        Verification.asked(NamedViews.read(project.project(), "VIEW", List.of(view)).get(0));
    // Positive and short enough to be typed again.
    long chosen = seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed;
    StorePlace place = project.store();
    Report report;
    try (OnlineStore store = place.read(List.of(asked));
        OpenSession session = Sessions.open("features verify");
        TableReader tables =
            new TableReader(session.spark(), project.project().folder().toString())) {
      report =
          new Verification(tables, store).verify(new Verification.Request(asked, sample, chosen));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      out.println(json(asked, report, chosen));
    } else {
      print(asked, report, chosen, out);
    }
    out.flush();
    return (report.differing() == 0 ? ExitCode.PUBLISHED : ExitCode.REFUSED).code();
  }

  private void print(FeatureView asked, Report report, long chosen, PrintWriter out) {
    String points =
        asked.isStatic()
            ? Console.number(report.points()) + " keys"
            : Console.number(report.points())
                + " times of "
                + Console.number(report.keys())
                + " keys from "
                + Timestamps.instant(report.holds().from())
                + " to "
                + Timestamps.instant(report.holds().until());
    out.println(view + ": " + points + " (--seed " + chosen + ")");
    for (Difference difference : report.differences()) {
      out.println("  " + words(difference));
    }
    if (report.points() == 0) {
      out.println("  the view's table has no keys, so there was nothing to compare");
    } else if (report.differing() == 0) {
      out.println("  join and store agree");
    } else {
      out.println(
          "  join and store differ at "
              + Console.number(report.differing())
              + " of them. Rows that came late to the table are stored when their span is"
              + " materialized again (--from); for rows that were corrected or deleted store the"
              + " view anew (--anew)");
    }
  }

  private static String words(Difference difference) {
    List<String> key = new ArrayList<>();
    difference
        .key()
        .forEach(
            (name, value) ->
                key.add(name + "=" + (value instanceof String ? "'" + value + "'" : value)));
    return String.join(", ", key)
        + difference.asOf().map(time -> " at " + time).orElse("")
        + ": "
        + difference.column()
        + ": "
        + difference.ofJoin()
        + " by the join, "
        + difference.ofStore()
        + " in the store";
  }

  private String json(FeatureView asked, Report report, long chosen) {
    ObjectNode node = JSON.createObjectNode();
    node.put("view", view);
    node.put("seed", chosen);
    node.put("keys", report.keys());
    node.put("points", report.points());
    node.put("differing", report.differing());
    if (!asked.isStatic()) {
      node.put("from", Timestamps.instant(report.holds().from()).toString());
      node.put("until", Timestamps.instant(report.holds().until()).toString());
    }
    ArrayNode differences = node.putArray("differences");
    for (Difference difference : report.differences()) {
      ObjectNode one = differences.addObject();
      ObjectNode key = one.putObject("key");
      difference.key().forEach((name, value) -> key.set(name, plain(value)));
      difference.asOf().ifPresent(time -> one.put("time", time.toString()));
      one.put("column", difference.column());
      one.set("join", plain(difference.ofJoin()));
      one.set("store", plain(difference.ofStore()));
    }
    return node.toPrettyString();
  }

  /** Numbers, texts and truth values as JSON has them; times, dates and others as texts. */
  private static JsonNode plain(@Nullable Object value) {
    boolean isFinite =
        !(value instanceof Double d && !Double.isFinite(d))
            && !(value instanceof Float f && !Float.isFinite(f));
    boolean isPlain =
        value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof List<?>;
    return JSON.valueToTree(isFinite && isPlain ? value : String.valueOf(value));
  }
}
