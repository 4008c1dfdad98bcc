package dev.nightjar.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.backfill.Decision.What;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.TestProject;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided about intervals, and the words. */
class BackfillPlanTest {
  private static final String DAY = "2024-03-05";
  private static final String NEXT = "2024-03-06";

  @TempDir Path folder;

  @Test
  void what_is_not_over_or_never_due_is_not_scored() {
    Days days = Days.withoutBundle(folder);
    days.project().write(Days.JOB, TestProject.JOB + "schedule:\n  cron: \"0 30 4 ? * WED\"\n");

    // 2024-03-06 is a Wednesday: its firing scores the day before.
    assertThat(days.plan(Which.ALL, "2024-03-04", "2024-03-07"))
        .extracting(one -> one.what() + ": " + one.why())
        .containsExactly(
            "NOT_DUE: no firing of the job's schedule (0 30 4 ? * WED) scores it",
            "SCORE: it is not published",
            "NOT_DUE: no firing of the job's schedule (0 30 4 ? * WED) scores it",
            "NOT_DUE: no firing of the job's schedule (0 30 4 ? * WED) scores it");
    BackfillRequest request = days.request(Which.ALL, "2024-03-06", "2024-03-08");
    assertThat(
            BackfillPlan.of(
                new BackfillRequest(request.job(), request.intervals(), Which.ALL, true),
                Days.CLOCK.instant()))
        .extracting(one -> one.what() + ": " + one.why())
        .containsExactly(
            "SCORE: it is not published",
            "SCORE: it is not published",
            "NOT_COMPLETE: it ends at 2024-03-09T00:00:00Z, and now it is 2024-03-08T04:30:00Z");
    assertThat(Ended.without(days.plan(Which.ALL, "2024-03-07", "2024-03-07").get(0)).isTrouble())
        .isFalse();
  }

  @Test
  void hours_of_a_job_that_is_due_once_a_day_are_due_once_a_day() {
    Days days = Days.withoutBundle(folder);
    days.project()
        .write(
            Days.JOB,
            TestProject.JOB.replace("1d", "1h") + "schedule:\n  cron: \"0 30 4 * * ?\"\n");

    assertThat(days.plan(Which.ALL, "2024-03-05T00", "2024-03-06T00"))
        .filteredOn(Decision::isToScore)
        .extracting(one -> one.interval().id())
        .containsExactly("2024-03-05T03+0000");
  }

  @Test
  void a_range_that_is_too_long_or_backwards_is_refused() {
    Days days = Days.withoutBundle(folder);

    assertThatThrownBy(() -> days.request(Which.ALL, "1013-11-05", "2013-11-05"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1013-11-05 to 2013-11-05 there are about 365,")
        .hasMessageContaining("a backfill takes 10,000 at most; give a shorter range");
    assertThatThrownBy(() -> days.request(Which.ALL, "2013-11-05", "2013-11-01"))
        .hasMessageContaining("2013-11-01 lies before 2013-11-05");
  }

  @Test
  void every_reason_to_score_again_is_told() throws IOException {
    Days days = Days.of(folder, DAY, NEXT);
    days.run(days.plan(Which.ALL, DAY, NEXT), new Backfill.Settings(1, false));
    assertThat(changed(days, DAY)).isEmpty();

    days.project().write("data/weather.csv", "station,hour,temp\na,2024-03-05T06:00:00Z,10.0\n");
    assertThat(changed(days, DAY)).isEqualTo("since token 1: the view weather changed");
    assertThat(changed(days, NEXT)).isEqualTo("since token 1: the view weather changed");

    days.project().replace(Days.JOB, "rejected-rows: 2", "rejected-rows: 3");
    Path manifest = folder.resolve("bundles/readings/bundle.yaml");
    Files.writeString(manifest, Files.readString(manifest) + "# another\n");
    Files.delete(folder.resolve("data/days/2024-03-05.csv"));
    assertThat(changed(days, DAY))
        .isEqualTo(
            "since token 1: the configuration changed; the bundle changed; the input changed; the"
                + " view weather changed");

    Files.delete(manifest);
    days.project()
        .replace(
            "conf/views/weather.yaml",
            "{path: data/weather.csv, format: csv, null-value: NA}",
            "{jdbc: {url: \"jdbc:postgresql://localhost/x\", table: weather}}");
    assertThat(changed(days, NEXT))
        .contains("the configuration changed; the bundle cannot be looked at: ")
        .endsWith(
            "; the view weather is in a database, of which nobody knows whether it has changed");

    Path record = folder.resolve("out/readings/_nightjar/runs/2024-03-06/1.json");
    Files.writeString(record, Files.readString(record).substring(100));
    assertThat(changed(days, NEXT)).startsWith("since token 1: the record is unreadable: ");
    Files.delete(record);
    assertThat(changed(days, NEXT))
        .isEqualTo("since token 1: it has no record that says what went in");
  }

  @Test
  void a_record_that_does_not_say_what_went_in_proves_nothing() {
    Days days = Days.of(folder, DAY);

    assertThat(
            new Changes(days.job())
                .since(
                    RunRecord.Digests.NONE, days.request(Which.ALL, DAY, DAY).intervals().get(0)))
        .containsExactly(
            "the record does not say what the configuration was",
            "the record does not say what the bundle was",
            "the record does not say what the input was",
            "the record does not say what the view weather was");
  }

  @Test
  void a_table_of_the_session_is_looked_at_by_spark_alone() {
    Days days = Days.withoutBundle(folder);
    days.project()
        .write(
            Days.JOB,
            TestProject.JOB.replace(
                "  path: data/readings.csv\n  format: csv\n", "  table: readings\n"));
    Interval day = days.request(Which.ALL, DAY, DAY).intervals().get(0);

    assertThat(new Changes(days.job()).since(RunRecord.Digests.NONE, day))
        .contains("the input is a table or query of the session, which only Spark can look at");
  }

  /** Why a day is to be scored; empty when it is not. */
  private static String changed(Days days, String day) {
    List<Decision> one = days.plan(Which.CHANGED, day, day);
    assertThat(one).hasSize(1);
    return one.get(0).what() == What.UNCHANGED ? "" : one.get(0).why();
  }
}
