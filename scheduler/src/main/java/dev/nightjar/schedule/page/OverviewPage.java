package dev.nightjar.schedule.page;

import dev.nightjar.schedule.page.Overview.JobLine;
import dev.nightjar.schedule.page.Overview.Scheduler;
import dev.nightjar.schedule.page.Overview.Standing;
import dev.nightjar.schedule.page.Overview.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@link Overview} for people: problems first. */
final class OverviewPage {
  private final Overview all;
  private final Instant now;
  private final Frame frame;

  OverviewPage(Overview all, Frame frame) {
    this.all = all;
    this.now = all.at();
    this.frame = frame;
  }

  String html() {
    String title = all.problems().isEmpty() ? "all well" : all.problems().size() + " to look at";
    return frame.page(
        title,
        now,
        Tag.of("h1").text("All jobs"),
        Tag.of("p", "quiet").add(Tag.foreign(all.project())),
        problems(),
        Tag.of("div", "two").add(running(), waiting()),
        jobs(),
        schedulers());
  }

  private Tag problems() {
    if (all.problems().isEmpty()) {
      return Tag.of("p", "well")
          .add(Tag.of("span", "shape").set("aria-hidden", "true").text("✓"))
          .text(" Nothing to look at: no problem is known.");
    }
    List<Tag> items = new ArrayList<>();
    all.problems().forEach(problem -> items.add(problem(problem)));
    return Frame.section("problems", "To look at", Tag.of("ul", "problems").add(items));
  }

  private Tag problem(Trouble problem) {
    Tag head = Tag.of("div", "line");
    head.add(
        Tag.of("span", "shape is-" + problem.mark().style())
            .set("aria-hidden", "true")
            .text(problem.mark().shape()));
    Tag what = Tag.of("strong");
    if (problem.job() != null) {
      what.add(Frame.link(Words.address(problem.job()), problem.job())).text(": ");
    }
    what.add(Tag.foreign(problem.what()));
    if (problem.job() != null && problem.interval() != null) {
      what.text(" ").add(Frame.interval(problem.job(), problem.interval()));
    }
    head.add(what);
    if (problem.since() != null) {
      head.add(Tag.of("span", "quiet").add(Words.time(problem.since(), zone(problem), now)));
    }
    return Tag.of("li").add(head, Tag.of("p", "reason").add(Tag.foreign(problem.reason())));
  }

  private String zone(Trouble problem) {
    return problem.job() == null ? "UTC" : zone(problem.job());
  }

  private String zone(String job) {
    return all.jobs().stream()
        .filter(one -> one.name().equals(job))
        .map(JobLine::zone)
        .findFirst()
        .orElse("UTC");
  }

  private Tag running() {
    List<Tag> rows = new ArrayList<>();
    for (Standing one : all.running()) {
      rows.add(
          Tag.of("tr")
              .add(
                  Frame.cell(Frame.link(Words.address(one.job()), one.job())),
                  Frame.cell(Frame.interval(one.job(), one.interval())),
                  Frame.cell(Tag.foreign(one.scheduler() == null ? "?" : one.scheduler())),
                  Frame.cell(Words.time(one.since(), zone(one.job()), now))));
    }
    return Frame.section(
        "running",
        "Running",
        rows.isEmpty()
            ? Tag.of("p", "quiet").text("Nothing runs.")
            : Frame.table("running", List.of("job", "interval", "on", "since"), rows));
  }

  private Tag waiting() {
    List<Tag> rows = new ArrayList<>();
    for (Standing one : all.waiting()) {
      Tag why = Frame.cell(Tag.of("span", "clip").add(Tag.foreign(one.reason())));
      if (one.notBefore().isAfter(now)) {
        why.add(
            Tag.of("span", "quiet")
                .text("again at ")
                .add(Words.time(one.notBefore(), zone(one.job()), now)));
      } else if (one.reason().isEmpty()) {
        why.add(Tag.of("span", "quiet").text("for its turn"));
      }
      rows.add(
          Tag.of("tr")
              .add(
                  Frame.cell(Frame.link(Words.address(one.job()), one.job())),
                  Frame.cell(Frame.interval(one.job(), one.interval())),
                  why));
    }
    Tag section =
        Frame.section(
            "waiting",
            "Waiting",
            rows.isEmpty()
                ? Tag.of("p", "quiet").text("Nothing waits.")
                : Frame.table("waiting", List.of("job", "interval", "for what"), rows));
    long more = all.due() - all.waiting().size();
    return more > 0
        ? section.add(Tag.of("p", "quiet").text("and " + Words.number(more) + " more"))
        : section;
  }

  private Tag jobs() {
    List<Tag> rows = new ArrayList<>();
    all.jobs().forEach(job -> rows.add(job(job)));
    return Frame.section(
        "jobs",
        "Jobs",
        rows.isEmpty()
            ? Tag.of("p", "quiet").text("There is no job in conf/jobs.")
            : Frame.table(
                "jobs",
                List.of("job", "last result", "published up to", "next firing", "schedule"),
                rows));
  }

  private Tag job(JobLine job) {
    Tag name =
        Tag.of("th").set("scope", "row").add(Frame.link(Words.address(job.name()), job.name()));
    if (job.pausedBy() != null) {
      name.text(" ").add(Tag.of("span", "badge is-paused").text("‖ paused"));
    }
    if (job.broken() != null) {
      name.text(" ").add(Tag.of("span", "badge is-failed").text("✕ broken"));
    }
    if (job.gone()) {
      name.text(" ").add(Tag.of("span", "badge is-none").text("file is gone"));
    }
    return Tag.of("tr").add(name, last(job), to(job), next(job), schedule(job));
  }

  private Tag last(JobLine job) {
    Standing last = job.last();
    if (last == null) {
      return Frame.cell(Tag.of("span", "quiet").text("none so far"));
    }
    return Frame.cell(
        Frame.badge(last.mark()),
        Tag.of("span").text(" "),
        Frame.interval(job.name(), last.interval()),
        Tag.of("span", "under quiet").add(Words.time(last.since(), job.zone(), now)));
  }

  private Tag to(JobLine job) {
    return job.publishedTo() == null
        ? Frame.cell(Tag.of("span", "quiet").text("–"))
        : Frame.cell(
            Words.plainTime(job.publishedTo(), job.zone(), now),
            Tag.of("span", "under quiet").text(Words.distance(job.publishedTo(), now)));
  }

  private Tag next(JobLine job) {
    if (job.next() == null) {
      return Frame.cell(Tag.of("span", "quiet").text(job.cron() == null ? "–" : "never again"));
    }
    return Frame.cell(
        Words.plainTime(job.next(), job.zone(), now),
        Tag.of("span", "under quiet")
            .text(Words.distance(job.next(), now) + ", scores " + job.scores()));
  }

  private static Tag schedule(JobLine job) {
    if (job.cron() == null) {
      String none = job.broken() != null || job.gone() ? "–" : "when asked for";
      return Frame.cell(Tag.of("span", "quiet").text(none));
    }
    return Frame.cell(
        Tag.of("span").text(String.valueOf(job.words())),
        Tag.of("span", "under quiet").text(job.zone()));
  }

  private Tag schedulers() {
    List<Tag> rows = new ArrayList<>();
    for (Scheduler one : all.schedulers()) {
      rows.add(
          Tag.of("tr")
              .add(
                  Tag.of("th").set("scope", "row").add(Tag.foreign(one.name())),
                  Frame.cell(
                      Tag.of("span", "badge is-" + (one.there() ? "published" : "failed"))
                          .text(one.there() ? "✓ there" : "✕ gone")),
                  Frame.cell(Words.time(one.started(), "UTC", now)),
                  Frame.cell(Words.time(one.seen(), "UTC", now))));
    }
    return Frame.section(
        "schedulers",
        "Schedulers",
        rows.isEmpty()
            ? Tag.of("p", "quiet").text("None.")
            : Frame.table("schedulers", List.of("name", "", "since (UTC)", "heard of"), rows),
        Tag.of("p", "quiet").text("Their ledger: ").add(Tag.foreign(all.ledger())));
  }
}
