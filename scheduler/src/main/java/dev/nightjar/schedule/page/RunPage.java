package dev.nightjar.schedule.page;

import dev.nightjar.schedule.page.RunView.Tried;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link RunView} for people. */
final class RunPage {
  private final RunView view;
  private final Instant now;
  private final Frame frame;

  RunPage(RunView view, Frame frame) {
    this.view = view;
    this.now = view.at();
    this.frame = frame;
  }

  String html() {
    List<Tag> attempts = new ArrayList<>();
    view.attempts().forEach(one -> attempts.add(attempt(one)));
    Tag files = Tag.of("div");
    if (view.unread() != null) {
      files.add(
          Tag.of("p", "bad")
              .text("What the files tell cannot be read: ")
              .add(Tag.foreign(view.unread())));
    } else if (attempts.isEmpty()) {
      files.add(Tag.of("p", "quiet").text("No attempt at this interval has left a record."));
    }
    return frame.page(
        view.job() + " " + view.interval(),
        now,
        Tag.of("nav", "crumbs")
            .set("aria-label", "where")
            .add(
                Frame.link("/", "All jobs"),
                Tag.of("span").text(" › "),
                Frame.link(Words.address(view.job()), view.job())),
        Tag.of("h1").add(Tag.foreign(view.interval())),
        standing(),
        changes(),
        files.add(attempts),
        tries(),
        further());
  }

  private Tag standing() {
    Overview.Standing slot = view.standing();
    if (slot == null) {
      return Tag.of("p", "quiet").text("No scheduler knows of this interval.");
    }
    Tag line =
        Tag.of("p", "state")
            .add(Frame.badge(slot.mark()))
            .text(" since ")
            .add(Words.time(slot.since(), view.zone(), now))
            .text(", by " + slot.cause());
    if (slot.scheduler() != null) {
      line.text(", on ").add(Tag.foreign(slot.scheduler()));
    }
    if (slot.mark() == Mark.WAITING && slot.notBefore().isAfter(now)) {
      line.text(", not before ").add(Words.time(slot.notBefore(), view.zone(), now));
    }
    Tag all = Tag.of("div").add(line);
    return slot.reason().isEmpty()
        ? all
        : all.add(Tag.of("p", "reason").add(Tag.foreign(slot.reason())));
  }

  private Tag changes() {
    Tag all = Tag.of("div", "changes");
    if (!frame.reader().mayChange()) {
      return all;
    }
    String address = Words.address(view.job(), view.interval());
    Mark mark = view.standing() == null ? Mark.NONE : view.standing().mark();
    boolean isOpen = mark == Mark.WAITING || mark == Mark.RUNNING;
    return all.add(
        isOpen
            ? frame.form(address + "/cancel", "").add(Frame.button("Cancel", "danger"))
            : frame.form(address + "/trigger", "").add(Frame.button("Score it now", "main")));
  }

  private Tag attempt(RunDetails run) {
    Tag facts = Tag.of("dl", "facts");
    fact(facts, "outcome", run.fate() + ": " + run.because());
    fact(facts, "ended", run.status() + ": " + run.reason());
    if (run.started() != null && run.ended() != null) {
      facts.add(
          Tag.of("dt").text("time"),
          Tag.of("dd")
              .add(Words.plainTime(run.started(), view.zone(), now))
              .text(" to ")
              .add(Words.plainTime(run.ended(), view.zone(), now))
              .text(", " + view.zone()));
    }
    if (run.parity() != null) {
      fact(facts, "parity", run.parity());
    }
    run.warnings().forEach(warning -> fact(facts, "warning", warning));
    return Frame.section(
        "attempt-" + run.token(),
        "Attempt " + run.token(),
        facts,
        rows(run),
        Tag.of("div", "two").add(steps(run), rejections(run)),
        flags(run),
        origins(run));
  }

  private static void fact(Tag list, String name, String value) {
    list.add(Tag.of("dt").add(Tag.foreign(name)), Tag.of("dd").add(Tag.foreign(value)));
  }

  private static Tag rows(RunDetails run) {
    RunDetails.Rows rows = run.rows();
    Tag list = Tag.of("ul", "figures");
    return rows == null
        ? list
        : list.add(
            figure(rows.read(), "rows in"),
            figure(rows.scored(), "scored"),
            figure(rows.filtered(), "filtered"),
            figure(rows.rejected(), "rejected"),
            figure(rows.unassigned(), "without a time"));
  }

  private static Tag figure(long number, String name) {
    return Tag.of("li")
        .add(Tag.of("strong").text(Words.number(number)), Tag.of("span", "quiet").text(name));
  }

  private static Tag steps(RunDetails run) {
    if (run.steps().isEmpty()) {
      return Tag.of("div");
    }
    List<Tag> rows = new ArrayList<>();
    for (RunDetails.Step step : run.steps()) {
      rows.add(
          Tag.of("tr")
              .add(
                  Tag.of("th").set("scope", "row").add(Tag.foreign(step.name())),
                  number(String.format(Locale.ROOT, "%.1f", step.seconds())),
                  Frame.cell(
                      Tag.of("meter")
                          .set("min", "0")
                          .set("max", Double.toString(Math.max(run.seconds(), 1e-3)))
                          .set("value", Double.toString(step.seconds()))
                          .set("aria-label", "share of the run"))));
    }
    return Tag.of("div")
        .add(
            Tag.of("h3").text("Steps, " + Words.seconds(run.seconds()) + " in all"),
            Frame.table("steps", List.of("step", "seconds", ""), rows));
  }

  private static Tag number(String text) {
    return Tag.of("td", "number").text(text);
  }

  private static Tag rejections(RunDetails run) {
    if (run.rejections().isEmpty()) {
      return Tag.of("div");
    }
    List<Tag> rows = new ArrayList<>();
    for (RunDetails.Rejection one : run.rejections()) {
      rows.add(
          Tag.of("tr")
              .add(
                  number(Words.number(one.count())),
                  Frame.cell(Tag.foreign(one.stage())),
                  Frame.cell(Tag.foreign(one.field())),
                  Frame.cell(Tag.of("span", "clip").add(Tag.foreign(one.example())))));
    }
    return Tag.of("div")
        .add(
            Tag.of("h3").text("Rejected"),
            Frame.table("rejected", List.of("rows", "at", "field", "such as"), rows));
  }

  private static Tag flags(RunDetails run) {
    if (run.flags().isEmpty()) {
      return Tag.of("div");
    }
    List<Tag> rows = new ArrayList<>();
    run.flags()
        .forEach(
            (flag, count) ->
                rows.add(Tag.of("li").add(Tag.foreign(flag)).text(" " + Words.number(count))));
    return Tag.of("div").add(Tag.of("h3").text("Flags"), Tag.of("ul", "legend").add(rows));
  }

  private static Tag origins(RunDetails run) {
    Tag list = Tag.of("dl", "facts small");
    run.origins().forEach((name, value) -> fact(list, name, value));
    for (Map.Entry<String, String> digest : run.digests().entrySet()) {
      list.add(
          Tag.of("dt").add(Tag.foreign("digest of " + digest.getKey())),
          Tag.of("dd").add(Tag.of("code").add(Tag.foreign(digest.getValue()))));
    }
    return Tag.of("details")
        .set("id", "origins-" + run.token())
        .add(Tag.of("summary").text("Where it comes from"), list);
  }

  private Tag tries() {
    List<Tag> rows = new ArrayList<>();
    for (Tried one : view.tries()) {
      rows.add(
          Tag.of("tr")
              .add(
                  number(Long.toString(one.fence())),
                  Frame.cell(Tag.foreign(one.scheduler())),
                  Frame.cell(Words.plainTime(one.started(), view.zone(), now)),
                  one.ended() == null
                      ? Frame.cell(Tag.of("span", "quiet").text("nobody saw it end"))
                      : Frame.cell(Words.plainTime(one.ended(), view.zone(), now)),
                  number(one.exit() == null ? "–" : one.exit().toString()),
                  Frame.cell(
                      Tag.of("span").add(Tag.foreign(one.reason())),
                      Tag.of("code", "under").add(Tag.foreign(one.log())))));
    }
    return Frame.section(
        "tries",
        "Tries",
        rows.isEmpty()
            ? Tag.of("p", "quiet").text("No scheduler has started a run for it.")
            : Frame.table(
                "tries",
                List.of("lease", "on", "from", "to", "exit", "how it ended, and its log"),
                rows));
  }

  private Tag further() {
    List<Tag> lines = new ArrayList<>();
    view.commands().forEach(line -> lines.add(Tag.of("pre").add(Tag.foreign(line))));
    return Frame.section("further", "To look further", Tag.of("div").add(lines));
  }
}
