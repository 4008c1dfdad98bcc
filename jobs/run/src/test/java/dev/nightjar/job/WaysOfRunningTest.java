package dev.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.run.TestProject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job file says of how it is run: the engine, the device, and the ways of joining. */
class WaysOfRunningTest {
  private static final String JOB = "conf/jobs/readings.yaml";

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  @Test
  void a_job_that_says_nothing_leaves_both_open() {
    Job job = job();

    assertThat(job.engine().choice()).isEqualTo(EngineChoice.AUTO);
    assertThat(job.device().choice()).isEqualTo(DeviceChoice.AUTO);
  }

  @Test
  void what_it_asks_for_is_known_with_its_line() {
    project.replace(JOB, "bundle: bundles", "engine: dl4j\ndevice: gpu\nbundle: bundles");

    Job job = job();

    assertThat(job.engine().choice()).isEqualTo(EngineChoice.DL4J);
    assertThat(job.device().choice()).isEqualTo(DeviceChoice.GPU);
    assertThat(job.device().place().problem("no").toString())
        .endsWith("readings.yaml:12: device: no");
  }

  @Test
  void words_that_are_not_known_are_all_told_with_those_that_are() {
    project.replace(JOB, "bundle: bundles", "engine: onxx\ndevice: cuda\nbundle: bundles");

    assertThatThrownBy(this::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "readings.yaml:11: engine: 'onxx' is not known here; use auto | dl4j | onnx")
        .hasMessageContaining(
            "readings.yaml:12: device: 'cuda' is not known here; use auto | cpu | gpu");
  }

  @Test
  void a_job_that_says_nothing_has_a_parity_certificate() {
    project.replace(JOB, "audit: {sample: 0}\n", "");

    assertThat(job().audit())
        .isEqualTo(new Job.Audit(100, Duration.ofSeconds(60), Job.WithoutReference.PUBLISH));
  }

  @Test
  void what_it_says_of_its_certificate_is_read() {
    project.replace(
        JOB, "audit: {sample: 0}", "audit: {sample: 250, deadline: 2m, without-reference: refuse}");

    assertThat(job().audit())
        .isEqualTo(new Job.Audit(250, Duration.ofMinutes(2), Job.WithoutReference.REFUSE));
  }

  @Test
  void mistakes_in_it_are_all_told() {
    project.replace(
        JOB, "audit: {sample: 0}", "audit: {sample: 10001, deadline: soon, refrence: refuse}");

    assertThatThrownBy(this::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("audit.sample: '10001' is not a whole number 0 to 10000")
        .hasMessageContaining("audit.deadline: 'soon' is not a length of time")
        .hasMessageContaining("audit.refrence: there is no such key");
  }

  @Test
  void a_key_that_is_misspelt_is_told_with_the_one_that_was_meant() {
    project.replace(JOB, "bundle: bundles", "devise: gpu\nbundle: bundles");

    assertThatThrownBy(this::job)
        .hasMessageContaining(
            "readings.yaml:11: devise: there is no such key; did you mean 'device'");
  }

  @Test
  void views_are_joined_as_it_says_and_the_others_by_their_size() {
    project.replace(JOB, "bundle: bundles", "joins: {weather: merge}\nbundle: bundles");

    assertThat(job().joins()).isEqualTo(Map.of("weather", JoinWay.MERGE));
  }

  @Test
  void a_way_that_is_not_known_and_a_view_that_is_not_joined_are_told() {
    project.replace(
        JOB, "bundle: bundles", "joins: {weather: loop, wether: merge}\nbundle: bundles");

    assertThatThrownBy(this::job)
        .hasMessageContaining(
            "readings.yaml:11: joins.weather: 'loop' is not known here; use broadcast | merge")
        .hasMessageContaining(
            "readings.yaml:11: joins.wether: 'wether' is none of this job's 'features'; did you"
                + " mean 'weather'?");
  }

  private Job job() {
    return Project.open(folder, Environment.empty()).job("readings");
  }
}
