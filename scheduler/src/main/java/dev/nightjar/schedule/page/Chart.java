package dev.nightjar.schedule.page;

import dev.nightjar.schedule.page.JobView.Run;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** How long the last runs took, and how many rows they read, as a picture with words in it. */
final class Chart {
  private static final double WIDTH = 720;
  private static final double TOP = 16;
  private static final double HIGH = 110;
  private static final double LEFT = 64;
  private static final double RIGHT = 76;

  private final List<Run> runs;

  /**
   * @param runs the last one first
   */
  Chart(List<Run> runs) {
    List<Run> ended = new ArrayList<>(runs.stream().filter(run -> run.seconds() != null).toList());
    Collections.reverse(ended);
    this.runs = ended;
  }

  Tag svg() {
    if (runs.isEmpty()) {
      return Tag.of("p", "quiet").text("No run has ended so far.");
    }
    double most = Math.max(1, runs.stream().mapToDouble(Chart::seconds).max().orElse(1));
    long rows = runs.stream().mapToLong(Chart::rows).max().orElse(0);
    String says =
        runs.size()
            + " runs, the longest took "
            + Words.seconds(most)
            + (rows > 0 ? "; the largest had " + Words.number(rows) + " rows" : "");
    Tag svg =
        Tag.of("svg", "chart")
            .set("viewBox", "0 0 " + (int) WIDTH + " 150")
            .set("role", "img")
            .set("aria-label", says);
    svg.add(
        line(LEFT, TOP + HIGH, WIDTH - RIGHT, TOP + HIGH, "axis"),
        line(LEFT, TOP, WIDTH - RIGHT, TOP, "grid"),
        text(LEFT - 8, TOP + 4, "end", Words.seconds(most)),
        text(LEFT - 8, TOP + HIGH + 4, "end", "0 s"));
    if (rows > 0) {
      svg.add(
          text(WIDTH - RIGHT + 8, TOP + 4, "start", Words.number(rows)),
          text(WIDTH - RIGHT + 8, TOP + HIGH + 4, "start", "0 rows"));
    }
    bars(svg, most);
    if (rows > 0) {
      svg.add(rowsLine(rows));
    }
    svg.add(
        text(LEFT, TOP + HIGH + 20, "start", runs.get(0).interval()),
        text(WIDTH - RIGHT, TOP + HIGH + 20, "end", runs.get(runs.size() - 1).interval()));
    Tag key = Tag.of("p", "quiet key").add(Tag.of("span", "bar-key")).text(" seconds of a run ");
    if (rows > 0) {
      key.add(Tag.of("span", "line-key")).text(" rows of its input");
    }
    return Tag.of("figure").add(svg, key);
  }

  private void bars(Tag svg, double most) {
    double step = (WIDTH - LEFT - RIGHT) / runs.size();
    double wide = Math.min(28, Math.max(2, step * 0.7));
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      double high = Math.max(1, HIGH * seconds(run) / most);
      boolean isGood = run.exit() != null && run.exit() == 0;
      svg.add(
          Tag.of("rect", isGood ? "bar-good" : "bar-bad")
              .set("x", of(LEFT + step * (i + 0.5) - wide / 2))
              .set("y", of(TOP + HIGH - high))
              .set("width", of(wide))
              .set("height", of(high))
              .add(
                  Tag.of("title")
                      .text(
                          run.interval()
                              + ": "
                              + Words.seconds(seconds(run))
                              + (run.rows() == null
                                  ? ""
                                  : ", " + Words.number(run.rows()) + " rows")
                              + (isGood ? "" : ", not published"))));
    }
  }

  private Tag rowsLine(long most) {
    double step = (WIDTH - LEFT - RIGHT) / runs.size();
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).rows() != null) {
        double y = TOP + HIGH - HIGH * rows(runs.get(i)) / most;
        points.append(of(LEFT + step * (i + 0.5))).append(',').append(of(y)).append(' ');
      }
    }
    return Tag.of("polyline", "rows").set("points", points.toString().strip());
  }

  private static double seconds(Run run) {
    return run.seconds() == null ? 0 : run.seconds();
  }

  private static long rows(Run run) {
    return run.rows() == null ? 0 : run.rows();
  }

  private static Tag line(double x1, double y1, double x2, double y2, String style) {
    return Tag.of("line", style)
        .set("x1", of(x1))
        .set("y1", of(y1))
        .set("x2", of(x2))
        .set("y2", of(y2));
  }

  private static Tag text(double x, double y, String anchor, String text) {
    return Tag.of("text").set("x", of(x)).set("y", of(y)).set("text-anchor", anchor).text(text);
  }

  private static String of(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }
}
