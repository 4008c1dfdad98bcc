package dev.nightjar.schedule.page;

import dev.nightjar.schedule.page.JobView.Run;
import dev.nightjar.schedule.page.Overview.JobLine;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** {@link JobView} for people. */
final class JobPage {
  private final JobView view;
  private final JobLine job;
  private final Instant now;
  private final Frame frame;

  JobPage(JobView view, Frame frame) {
    this.view = view;
    this.job = view.job();
    this.now = view.at();
    this.frame = frame;
  }

  String html() {
    Tag runs = Frame.section("runs", "Last runs", runs());
    return frame.page(
        job.name(),
        now,
        Tag.of("nav", "crumbs").set("aria-label", "where").add(Frame.link("/", "All jobs")),
        Tag.of("h1").add(Tag.foreign(job.name())),
        about(),
        changes(),
        calendar(),
        Frame.section("chart", "Seconds and rows", new Chart(view.runs()).svg()),
        runs);
  }

  private Tag about() {
    Tag list = Tag.of("dl", "facts");
    if (job.broken() != null) {
      fact(list, "files", Tag.of("span", "bad").add(Tag.foreign(job.broken())));
    }
    if (job.gone()) {
      fact(list, "files", Tag.of("span", "bad").text("its file is gone; it gets no new slots"));
    }
    if (job.pausedBy() != null && job.pausedSince() != null) {
      fact(
          list,
          "paused",
          Tag.of("span", "warn")
              .text("by ")
              .add(Tag.foreign(job.pausedBy()))
              .text(" since ")
              .add(Words.time(job.pausedSince(), job.zone(), now)));
    }
    if (job.cron() != null) {
      fact(
          list,
          "schedule",
          Tag.of("span")
              .text(job.words() + " in " + job.zone() + " ")
              .add(Tag.of("code").text(job.cron())));
    }
    if (job.next() != null) {
      fact(
          list,
          "next firing",
          Tag.of("span")
              .add(Words.time(job.next(), job.zone(), now))
              .text(", scores " + job.scores()));
    }
    if (job.publishedTo() != null) {
      fact(list, "published up to", Words.time(job.publishedTo(), job.zone(), now));
    }
    return list;
  }

  private static void fact(Tag list, String name, Tag value) {
    list.add(Tag.of("dt").text(name), Tag.of("dd").add(value));
  }

  private Tag changes() {
    Tag all = Tag.of("div", "changes");
    if (!frame.reader().mayChange() || job.gone()) {
      return all;
    }
    boolean isPaused = job.pausedBy() != null;
    String address = Words.address(job.name());
    all.add(
        frame
            .form(address + (isPaused ? "/resume" : "/pause"), "")
            .add(Frame.button(isPaused ? "Resume" : "Pause", "main")));
    if (job.broken() == null) {
      all.add(
          frame
              .form(address + "/trigger", "row")
              .add(
                  Tag.of("label").set("for", "interval").text("Interval"),
                  Tag.of("input")
                      .set("id", "interval")
                      .set("name", "interval")
                      .set("required", "")
                      .set("autocomplete", "off")
                      .set(
                          "placeholder", "1h".equals(job.grain()) ? "2013-11-05T03" : "2013-11-05"),
                  Frame.button("Trigger", "")));
    }
    return all;
  }

  private Tag calendar() {
    Map<Mark, Integer> counts = new EnumMap<>(Mark.class);
    view.cells().forEach(cell -> counts.merge(cell.mark(), 1, Integer::sum));
    List<Tag> legend = new ArrayList<>();
    counts.forEach(
        (mark, count) -> {
          if (mark != Mark.NONE) {
            legend.add(Tag.of("li").add(Frame.badge(mark)).text(" " + Words.number(count)));
          }
        });
    boolean isHours = "1h".equals(job.grain());
    Grid grid = new Grid(job.name(), view);
    Tag table = isHours ? grid.hours() : grid.months();
    String address = Words.address(job.name());
    Tag pages =
        Tag.of("nav", "pages")
            .set("aria-label", "other times")
            .add(
                Tag.of("a")
                    .set("href", address + "?to=" + view.from().minusDays(1))
                    .text("← earlier"),
                Tag.of("a")
                    .set("href", address + "?to=" + (isHours ? later() : view.to().plusMonths(5)))
                    .text("later →"),
                Tag.of("a").set("href", address).text("today"));
    return Frame.section(
        "calendar",
        "Intervals",
        Tag.of("div", "bar").add(Tag.of("ul", "legend").add(legend), pages),
        table);
  }

  private String later() {
    return view.to().plusDays(ChronoUnit.DAYS.between(view.from(), view.to()) - 1).toString();
  }

  private Tag runs() {
    if (view.runs().isEmpty()) {
      return Tag.of("p", "quiet").text("No run was started so far.");
    }
    List<Tag> rows = new ArrayList<>();
    for (Run run : view.runs()) {
      rows.add(
          Tag.of("tr")
              .add(
                  Frame.cell(Frame.interval(job.name(), run.interval())),
                  Frame.cell(Words.plainTime(run.started(), job.zone(), now)),
                  number(run.seconds() == null ? "" : Words.seconds(run.seconds())),
                  number(run.rows() == null ? "" : Words.number(run.rows())),
                  Frame.cell(Tag.foreign(run.scheduler())),
                  Frame.cell(exit(run)),
                  Frame.cell(Tag.of("span", "clip").add(Tag.foreign(run.reason())))));
    }
    return Frame.table(
        "last runs",
        List.of("interval", "started", "took", "rows", "on", "exit", "how it ended"),
        rows);
  }

  private static Tag number(String text) {
    return Tag.of("td", "number").text(text);
  }

  private static Tag exit(Run run) {
    if (run.exit() == null) {
      return Tag.of("span", "quiet").text(run.ended() == null ? "?" : "–");
    }
    Mark mark =
        switch (run.exit().intValue()) {
          case 0 -> Mark.PUBLISHED;
          case 3 -> Mark.REFUSED;
          case 5 -> Mark.UNKNOWN;
          default -> Mark.FAILED;
        };
    return Tag.of("span", "badge is-" + mark.style()).text(mark.shape() + " " + run.exit());
  }
}
