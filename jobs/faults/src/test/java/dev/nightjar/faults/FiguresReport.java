package dev.nightjar.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the figures when the last test has ended, as JSON and as a table for people. A test that
 * was skipped is a figure too, and is named: what did not run proves nothing.
 */
public final class FiguresReport implements TestExecutionListener {
  /** What must not happen after a fault. */
  private static final Set<String> PROMISES =
      Set.of(
          "rows-lost",
          "rows-duplicated",
          "rows-unexpected",
          "rows-wrong",
          "old-or-new-violations",
          "untruthful-exits");

  private static final int RULE_OF_THREE = 3;

  private final List<String> skipped = new CopyOnWriteArrayList<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped.add(test.getDisplayName() + ": " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      skipped.add(
          test.getDisplayName()
              + ": "
              + result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    String file = System.getProperty("nightjar.figures");
    if (file == null || Figures.all().isEmpty()) {
      return;
    }
    Figures.report("skipped-cases", skipped.size(), Figures.Better.LOWER);
    try {
      Path json = Path.of(file);
      Files.createDirectories(json.getParent());
      Files.writeString(json, json());
      Files.writeString(json.resolveSibling("figures.txt"), table());
    } catch (IOException e) {
      throw new UncheckedIOException("the figures cannot be written: " + e.getMessage(), e);
    }
  }

  private static String json() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("suite", "faults-" + System.getProperty("nightjar.faults.tier", "fast"));
    ArrayNode figures = root.putArray("figures");
    for (Figures.Figure figure : Figures.all()) {
      ObjectNode one = figures.addObject();
      one.put("name", figure.name());
      one.put("value", figure.value());
      if (figure.goal().isPresent()) {
        one.put("goal", figure.goal().getAsDouble());
      } else {
        one.putNull("goal");
      }
      one.put("better", figure.better().name().toLowerCase(Locale.ROOT));
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  private String table() {
    StringBuilder text = new StringBuilder();
    for (Figures.Figure figure : Figures.all()) {
      String goal =
          figure.goal().isPresent()
              ? (figure.better() == Figures.Better.LOWER ? "≤ " : "≥ ")
                  + number(figure.goal().getAsDouble())
              : "";
      text.append(
          String.format(
              Locale.ROOT,
              "%-46s %14s   %-8s %s%n",
              figure.name(),
              number(figure.value()),
              goal,
              figure.missed() ? "MISSED" : bound(figure)));
    }
    skipped.forEach(case_ -> text.append("skipped: ").append(case_).append(System.lineSeparator()));
    return text.toString();
  }

  /**
   * No failure in N trials does not mean never: by the rule of three, at 95 % a fault does harm in
   * at most 3/N of all cases.
   */
  private static String bound(Figures.Figure figure) {
    boolean none = figure.value() == 0 && PROMISES.contains(figure.name());
    return none && Figures.struck() > RULE_OF_THREE
        ? "≤ 3/" + number(Figures.struck()) + " per fault"
        : "";
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
