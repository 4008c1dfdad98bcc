package dev.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.run.TestProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTogetherTest {
  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.withoutBundle(folder);
  }

  private void job(String name, String output, String upstream) {
    project.write(
        "conf/jobs/" + name + ".yaml",
        TestProject.JOB.replace("job: readings", "job: " + name).replace("out/readings", output)
            + "schedule:\n  cron: \"0 30 4 * * ?\"\n  wait-for: [{job: "
            + upstream
            + "}]\n  wait-at-most: 3h\n");
  }

  private Map<String, List<Problem>> problems() {
    Project all = Project.open(folder, Environment.empty());
    return new JobsTogether(all, all.jobNames().stream().map(all::job).toList()).problems();
  }

  private static String only(List<Problem> problems) {
    assertThat(problems).hasSize(1);
    return problems.get(0).message();
  }

  @Test
  void a_job_that_waits_for_another_is_sound() {
    job("alarms", "out/alarms", "readings");
    assertThat(problems()).isEmpty();
  }

  @Test
  void two_jobs_that_write_to_one_path_are_refused_at_the_second() {
    job("alarms", "out/readings/", "readings");
    assertThat(problems()).containsOnlyKeys("readings");
    Problem problem = problems().get("readings").get(0);
    assertThat(problem.file()).endsWith("conf/jobs/readings.yaml");
    assertThat(problem.keyPath()).isEqualTo("output.path");
    assertThat(problem.message())
        .isEqualTo(
            "the job 'alarms' writes to out/readings, too; each would hide the other's results."
                + " Give one of them another path");
  }

  @Test
  void an_upstream_job_that_is_not_there_is_named_with_what_was_meant() {
    job("alarms", "out/alarms", "reading");
    assertThat(only(problems().get("alarms")))
        .isEqualTo("there is no job 'reading'; did you mean 'readings'?");
  }

  @Test
  void jobs_that_wait_for_each_other_are_refused_with_the_whole_circle() {
    job("a", "out/a", "b");
    job("b", "out/b", "c");
    job("c", "out/c", "a");
    job("d", "out/d", "a");
    assertThat(problems()).containsOnlyKeys("a", "b", "c");
    assertThat(only(problems().get("b")))
        .isEqualTo(
            "the jobs wait for each other and none would ever run: b waits for c waits for a waits"
                + " for b. Take one of the waits away");
  }
}
