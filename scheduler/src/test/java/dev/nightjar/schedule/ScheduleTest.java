package dev.nightjar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void a_schedule_is_due_at_its_zones_clock() {
    Schedule schedule = new Schedule("0 30 4 * * ?", BERLIN, Schedule.CatchUp.ALL);

    assertThat(schedule.next(Instant.parse("2024-03-30T12:00:00Z")))
        .contains(Instant.parse("2024-03-31T02:30:00Z")); // summer time began that night
    assertThat(schedule.inWords()).isEqualTo("at 04:30");
  }

  @Test
  void a_schedule_of_the_past_is_never_due() {
    Schedule schedule = new Schedule("0 0 0 1 1 ? 2020", BERLIN, Schedule.CatchUp.NONE);

    assertThat(schedule.next(Instant.parse("2024-01-01T00:00:00Z"))).isEmpty();
  }

  @Test
  void what_is_no_cron_expression_is_a_problem_with_an_example() {
    Problems problems = new Problems();
    Section section =
        YamlFile.parse("job.yaml", "cron: every day\ncatch-up: al", Environment.empty(), problems)
            .orElseThrow();

    Optional<Schedule> schedule = Schedule.read(section, BERLIN);

    assertThat(schedule).isEmpty();
    assertThat(problems.found())
        .extracting(Problem::toString)
        .anySatisfy(
            text ->
                assertThat(text)
                    .startsWith(
                        "job.yaml:1: cron: 'every day' is not a cron expression of Quartz, such as"
                            + " \"0 30 4 * * ?\" for 4:30 each day"))
        .contains("job.yaml:2: catch-up: 'al' is not known here; use all | last | none");
  }

  @Test
  void a_day_that_never_comes_is_a_problem_and_one_that_has_been_is_none() {
    Problems problems = new Problems();
    Section section =
        YamlFile.parse("job.yaml", "cron: 0 0 4 30 2 ?", Environment.empty(), problems)
            .orElseThrow();

    assertThat(Schedule.read(section, BERLIN)).isEmpty();

    assertThat(problems.found())
        .extracting(Problem::toString)
        .containsExactly(
            "job.yaml:1: cron: '0 0 4 30 2 ?' names no day that ever comes; write one such as"
                + " \"0 30 4 * * ?\" for 4:30 each day");
    assertThat(read("cron: 0 0 0 1 1 ? 2020")).isPresent();
  }

  @Test
  void how_runs_go_is_read_with_what_holds_where_nothing_is_said() {
    assertThat(read("cron: 0 30 4 * * ?").orElseThrow().runs())
        .isEqualTo(new Schedule.Runs(1, 2, Optional.empty()));
    assertThat(
            read("cron: 0 30 4 * * ?\nparallel: 3\nretries: 0\ntimeout: 90m").orElseThrow().runs())
        .isEqualTo(new Schedule.Runs(3, 0, Optional.of(Duration.ofMinutes(90))));

    Problems problems = new Problems();
    Schedule.read(
        YamlFile.parse(
                "job.yaml",
                "cron: 0 30 4 * * ?\nparallel: 0\nretries: -1\ntimeout: 0s",
                Environment.empty(),
                problems)
            .orElseThrow(),
        BERLIN);
    assertThat(problems.found())
        .extracting(Problem::toString)
        .containsExactly(
            "job.yaml:2: parallel: '0' is not a whole number 1 to 100",
            "job.yaml:3: retries: '-1' is not a whole number 0 to 100",
            "job.yaml:4: timeout: no run ends in no time; leave the key out for no timeout");
  }

  private static Optional<Schedule> read(String text) {
    return Schedule.read(
        YamlFile.parse("job.yaml", text, Environment.empty(), new Problems()).orElseThrow(),
        BERLIN);
  }

  @Test
  void a_unix_expression_is_refused() {
    assertThatThrownBy(() -> new Schedule("30 4 * * *", BERLIN, Schedule.CatchUp.ALL))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
