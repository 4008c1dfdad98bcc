package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.result.RunRecord.Status;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that leave alone what is published. */
class UnlessPublishedTest {
  @TempDir Path folder;
  private TestProject project;
  private ResultStore store;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
    store = JobRunner.store(new Configuration(), project.job());
  }

  private RunResult run(Repeat repeat, RunListener listener) {
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, listener)
        .run(project.job(), project.interval(), repeat);
  }

  @Test
  void an_interval_without_a_result_is_scored_and_one_with_a_result_is_left_at_once() {
    assertThat(run(Repeat.LEAVE, RunListener.NONE).manifest().map(Manifest::token)).contains(1L);

    RunListener none =
        new RunListener() {
          @Override
          public void started(Step step) {
            throw new AssertionError("the step " + step + " was begun");
          }
        };
    RunResult second = run(Repeat.LEAVE, none);

    assertThat(second.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(second.manifest()).isEmpty();
    assertThat(second.failure()).isEmpty();
    assertThat(second.record().ending())
        .isEqualTo(
            new RunRecord.Ending(
                Status.SKIPPED, 0, "it is published already as token 1, which stands"));
    assertThat(store.records(TestProject.DAY).get(1)).isEqualTo(second.record());
    assertThat(store.current(TestProject.DAY).map(Manifest::token)).contains(1L);
    assertThat(folder.resolve("out/readings/data/2024-03-05/2")).doesNotExist();
  }

  @Test
  void one_that_is_published_while_it_is_scored_is_left_and_the_files_are_taken_away() {
    RunListener overtaken =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (step == Step.PUBLISH) {
              assertThat(folder.resolve("out/readings/data/2024-03-05/1")).exists();
              assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
            }
          }
        };

    RunResult first = run(Repeat.LEAVE, overtaken);

    assertThat(first.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(first.record().token()).isEqualTo(1);
    assertThat(first.record().ending().status()).isEqualTo(Status.SKIPPED);
    assertThat(first.record().ending().reason()).contains("is published already as token 2");
    assertThat(folder.resolve("out/readings/data/2024-03-05/1")).doesNotExist();
    assertThat(store.current(TestProject.DAY).map(Manifest::token)).contains(2L);
  }

  @Test
  void one_that_left_does_not_keep_an_older_attempt_from_publishing() {
    project.run();
    RunListener left =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (step == Step.AUDIT) {
              assertThat(run(Repeat.LEAVE, RunListener.NONE).record().ending().status())
                  .isEqualTo(Status.SKIPPED);
            }
          }
        };

    RunResult again = run(Repeat.PUBLISH_AGAIN, left);

    assertThat(again.record().ending().status()).isEqualTo(Status.PUBLISHED);
    assertThat(store.current(TestProject.DAY).map(Manifest::token)).contains(2L);
  }
}
