package dev.nightjar.backfill;

import static dev.nightjar.backfill.Days.fates;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.backfill.Decision.What;
import dev.nightjar.result.Results;
import dev.nightjar.run.TestProject;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole backfills of a few days. */
class BackfillTest {
  private static final Backfill.Settings ONE_BY_ONE = new Backfill.Settings(1, false);
  private static final String[] DAYS = {"2024-03-04", "2024-03-05", "2024-03-06"};

  @TempDir Path folder;

  @Test
  void a_late_file_is_scored_again_with_its_interval_alone() throws IOException {
    Days days = Days.of(folder, DAYS);
    Backfill all = days.run(days.plan(Which.ALL, DAYS[0], DAYS[2]), ONE_BY_ONE);
    assertThat(fates(all)).containsExactly("03-04 published", "03-05 published", "03-06 published");
    assertThat(all.exitCode()).isZero();

    Backfill nothing = days.run(days.plan(Which.CHANGED, DAYS[0], DAYS[2]), ONE_BY_ONE);
    assertThat(nothing.isToScore()).isFalse();
    assertThat(fates(nothing))
        .containsExactly("03-04 unchanged", "03-05 unchanged", "03-06 unchanged");
    assertThat(nothing.ended().get(0).why())
        .isEqualTo("input, views, bundle and configuration are those of token 1");
    assertThat(nothing.exitCode()).isZero();

    days.day("2024-03-06", 4);
    List<Decision> changed = days.plan(Which.CHANGED, DAYS[0], DAYS[2]);
    assertThat(changed)
        .extracting(Decision::what)
        .containsExactly(What.UNCHANGED, What.UNCHANGED, What.SCORE);
    assertThat(changed.get(2).why()).isEqualTo("since token 1: the input changed");
    Backfill late = days.run(changed, ONE_BY_ONE);
    assertThat(fates(late))
        .containsExactly("03-04 unchanged", "03-05 unchanged", "03-06 published");
    assertThat(late.ended().get(2).why()).isEqualTo("published as attempt 2");
    assertThat(late.ended().get(2).record().orElseThrow().counts().read()).isEqualTo(4);
    assertThat(days.store().currentToken("2024-03-05")).contains(1L);
  }

  @Test
  void one_that_is_refused_stops_the_others_only_when_asked_and_is_what_is_missing() {
    Days days = Days.of(folder, DAYS).day("2024-03-05", 0);

    Backfill stopped =
        days.run(days.plan(Which.ALL, DAYS[0], DAYS[2]), new Backfill.Settings(1, true));
    assertThat(fates(stopped))
        .containsExactly("03-04 published", "03-05 refused", "03-06 not-begun");
    assertThat(stopped.ended().get(2).why())
        .isEqualTo("--stop-on-failure, after 2024-03-05 was refused");

    Backfill others = days.run(days.plan(Which.ONLY_MISSING, DAYS[0], DAYS[2]), ONE_BY_ONE);
    assertThat(fates(others)).containsExactly("03-04 skipped", "03-05 refused", "03-06 published");
    assertThat(others.exitCode()).isEqualTo(3);
    assertThat(others.ended().get(1).why())
        .contains("the interval 2024-03-05 has 0 rows in the input");

    days.project().write("data/days/2024-03-05.csv", "");
    Backfill failed = days.run(days.plan(Which.ONLY_MISSING, DAYS[0], DAYS[2]), ONE_BY_ONE);
    assertThat(fates(failed)).containsExactly("03-04 skipped", "03-05 failed", "03-06 skipped");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.ended().get(1).why()).contains("2024-03-05.csv has 0 bytes");

    days.day("2024-03-05", 2);
    Backfill mended = days.run(days.plan(Which.ONLY_MISSING, DAYS[0], DAYS[2]), ONE_BY_ONE);
    assertThat(fates(mended)).containsExactly("03-04 skipped", "03-05 published", "03-06 skipped");
    assertThat(mended.ended().get(0).why()).isEqualTo("it is published already as token 1");
    assertThat(mended.exitCode()).isZero();
  }

  @Test
  void what_a_killed_one_has_left_is_made_good_by_the_next() throws IOException {
    Days days = Days.of(folder, DAYS);
    days.run(days.plan(Which.ALL, DAYS[0], DAYS[0]), ONE_BY_ONE);
    // As a process leaves it that is killed while it writes: a claim, half of the files, no record.
    assertThat(days.store().claim(DAYS[1], "pid 1 of nobody")).isEqualTo(1);
    Path half = folder.resolve("out/readings/data/2024-03-05/1/_nightjar_outcome=scored/part-0");
    Files.createDirectories(half.getParent());
    Files.write(half, new byte[] {'P', 'A', 'R', '1'});

    List<Decision> left = days.plan(Which.ONLY_MISSING, DAYS[0], DAYS[1]);
    assertThat(left).extracting(Decision::what).containsExactly(What.PUBLISHED, What.SCORE);
    Backfill resumed = days.run(left, ONE_BY_ONE);

    assertThat(fates(resumed)).containsExactly("03-04 skipped", "03-05 published");
    assertThat(days.store().currentToken(DAYS[1])).contains(2L);
    assertThat(rows(folder)).hasSize(6);
  }

  @Test
  @Tag("soak")
  void two_at_once_publish_what_one_by_one_does() {
    Path other = folder.resolve("other");
    Days one = Days.of(folder.resolve("one"), DAYS);
    Days two = Days.of(other, DAYS);
    one.run(one.plan(Which.ALL, DAYS[0], DAYS[1]), ONE_BY_ONE);
    Set<String> begun = new TreeSet<>();

    Backfill atOnce =
        two.run(
            two.plan(Which.ALL, DAYS[0], DAYS[1]),
            new Backfill.Settings(2, false),
            new Backfill.Listener() {
              @Override
              public void began(Interval interval) {
                begun.add(interval.id());
              }
            });

    assertThat(atOnce.exitCode()).isZero();
    assertThat(begun).containsExactly(DAYS[0], DAYS[1]);
    assertThat(rows(other)).hasSize(6).isEqualTo(rows(folder.resolve("one")));
  }

  @Test
  void one_that_somebody_else_publishes_meanwhile_is_left_to_them() {
    Days days = Days.of(folder, DAYS);
    List<Decision> missing = days.plan(Which.ONLY_MISSING, DAYS[1], DAYS[1]);
    days.run(days.plan(Which.ALL, DAYS[1], DAYS[1]), ONE_BY_ONE);

    Backfill backfill = days.run(missing, ONE_BY_ONE);

    assertThat(fates(backfill)).containsExactly("03-05 skipped");
    assertThat(backfill.ended().get(0).why())
        .isEqualTo("it is published already as token 1, which stands");
    assertThat(backfill.exitCode()).isZero();
  }

  /** The published rows of a project, each as a text, without the run's name. */
  private static Set<String> rows(Path project) {
    Set<String> rows = new TreeSet<>();
    for (Row row :
        Results.at(TestProject.spark(), project.resolve("out/readings").toString())
            .scored()
            .drop("_nightjar_run")
            .collectAsList()) {
      rows.add(row.toString());
    }
    return rows;
  }
}
