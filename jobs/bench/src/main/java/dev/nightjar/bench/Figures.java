package dev.nightjar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What was measured, with the goals; in the form of {@code scripts/faults}. Not thread-safe. */
final class Figures {
  private final List<Figure> all = new ArrayList<>();

  /** Which values are better. */
  enum Better {
    HIGHER,
    LOWER
  }

  /**
   * One figure.
   *
   * @param goal the worst value that is good enough; empty when it is only reported
   * @param note for people: how it spread, or why it is a bound only; may be empty
   */
  record Figure(String name, double value, OptionalDouble goal, Better better, String note) {

    /** Whether there is a goal that it does not reach. */
    boolean missed() {
      return goal.isPresent()
          && !(better == Better.LOWER ? value <= goal.getAsDouble() : value >= goal.getAsDouble());
    }
  }

  /** Adds a figure that is to be no higher than the goal. */
  void atMost(double goal, String name, double value, String note) {
    all.add(new Figure(name, value, OptionalDouble.of(goal), Better.LOWER, note));
  }

  /** Adds a figure that is to be no lower than the goal. */
  void atLeast(double goal, String name, double value, String note) {
    all.add(new Figure(name, value, OptionalDouble.of(goal), Better.HIGHER, note));
  }

  /** Adds a figure that is only reported. */
  void report(String name, double value, Better better, String note) {
    all.add(new Figure(name, value, OptionalDouble.empty(), better, note));
  }

  List<Figure> all() {
    return List.copyOf(all);
  }

  /** The figures as JSON. */
  String json(String suite) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("suite", suite);
    ArrayNode figures = root.putArray("figures");
    for (Figure figure : all) {
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

  /** The figures as a table for people. */
  String table() {
    StringBuilder text = new StringBuilder();
    for (Figure figure : all) {
      String goal =
          figure.goal().isPresent()
              ? (figure.better() == Better.LOWER ? "≤ " : "≥ ")
                  + number(figure.goal().getAsDouble())
              : "";
      text.append(
          String.format(
                  Locale.ROOT,
                  "%-46s %14s   %-8s %-7s %s",
                  figure.name(),
                  number(figure.value()),
                  goal,
                  figure.missed() ? "MISSED" : "",
                  figure.note())
              .stripTrailing());
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  /** A number with as many digits as say something. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 1000 ? "%,.0f" : size >= 0.1 ? "%.2f" : size >= 1e-3 ? "%.4f" : "%.1e";
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f" : format, value);
  }
}
