package dev.nightjar.backfill;

import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.config.Environment;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultStore;
import dev.nightjar.run.TestProject;
import dev.nightjar.schedule.Interval;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The test project with a file of readings for each day. */
final class Days {
  static final String JOB = "conf/jobs/readings.yaml";
  static final Clock CLOCK = Clock.fixed(Instant.parse("2024-03-08T04:30:00Z"), ZoneOffset.UTC);

  private final TestProject project;
  private final Path folder;
  private int ids;

  private Days(Path folder, boolean withBundle) {
    this.folder = folder;
    this.project = withBundle ? TestProject.in(folder) : TestProject.withoutBundle(folder);
    project.replace(JOB, "path: data/readings.csv", "path: data/days/${interval.date}.csv");
  }

  /** Three rows on each of these days. */
  static Days of(Path folder, String... days) {
    Days made = new Days(folder, true);
    for (String day : days) {
      made.day(day, 3);
    }
    return made;
  }

  static Days withoutBundle(Path folder) {
    return new Days(folder, false);
  }

  /** Writes the rows of a day. */
  Days day(String day, int rows) {
    StringBuilder text = new StringBuilder("id,at,x,colour,station\n");
    for (int i = 0; i < rows; i++) {
      ids++;
      text.append(ids).append(',').append(day).append("T09:30:00Z,").append(10 * i);
      text.append(i % 2 == 0 ? ",red,a\n" : ",green,b\n");
    }
    project.write("data/days/" + day + ".csv", text.toString());
    return this;
  }

  TestProject project() {
    return project;
  }

  Job job() {
    return Project.open(folder, Environment.empty()).job("readings");
  }

  ResultStore store() {
    return ResultStore.at(folder.resolve("out/readings").toString());
  }

  BackfillRequest request(Which which, String from, String to) {
    Job job = job();
    return new BackfillRequest(
        job,
        BackfillRequest.between(
            Interval.parse(from, job.grain(), job.zone()),
            Interval.parse(to, job.grain(), job.zone())),
        which,
        false);
  }

  List<Decision> plan(Which which, String from, String to) {
    return BackfillPlan.of(request(which, from, to), CLOCK.instant());
  }

  /** Does what a plan says, in the tests' session. */
  Backfill run(List<Decision> decisions, Backfill.Settings settings) {
    return run(decisions, settings, new Backfill.Listener() {});
  }

  Backfill run(List<Decision> decisions, Backfill.Settings settings, Backfill.Listener listener) {
    Backfill backfill = new Backfill(job(), decisions, settings, listener);
    backfill.endOthers();
    if (backfill.isToScore()) {
      backfill.run(TestProject.spark(), CLOCK);
    }
    return backfill;
  }

  /** What became of the intervals, as {@code 03-05 published}. */
  static List<String> fates(Backfill backfill) {
    List<String> fates = new ArrayList<>();
    for (Ended one : backfill.ended()) {
      fates.add(one.interval().id().substring(5) + " " + one.fate().word());
    }
    return fates;
  }
}
