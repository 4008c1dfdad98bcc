package dev.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.run.TestProject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job file may call its bundle, and where its registry lies. */
class BundleReferenceTest {
  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "readings@champion",
        "readings:2024-03",
        "bundles/readings",
        "readings",
        "readings.zip",
        "./readings@old.zip",
        "hdfs://host/bundles/readings@2"
      })
  void references_and_paths_are_taken(String bundle) {
    assertThat(job(bundle).bundle().text()).isEqualTo(bundle);
  }

  @ParameterizedTest
  @CsvSource({
    "Readings@champion, the model's name 'Readings' cannot be used",
    "readings@, the alias '' cannot be used",
    "readings@old.zip@2, the alias 'old.zip@2' cannot be used",
    "readings:v 1, the version 'v 1' cannot be used",
    "readings@sha256:12, the digest '12' is no SHA-256"
  })
  void a_reference_that_is_none_is_told_with_its_line(String bundle, String message) {
    assertThatThrownBy(() -> job(bundle))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("readings.yaml:11: bundle: " + message)
        .hasMessageContaining("A path of such a name is written ./" + bundle);
  }

  @Test
  void what_stands_in_the_environment_is_not_shown_where_it_is_no_reference() {
    project.replace(
        "conf/jobs/readings.yaml", "bundle: bundles/readings", "bundle: ${env:B}@champion");
    Environment environment = new Environment(Map.of("B", "X!")::get);

    assertThatThrownBy(() -> Project.open(folder, environment).job("readings"))
        .hasMessageContaining("what ${env:B}@champion stands for is no reference to the registry")
        .hasMessageNotContaining("X!");
  }

  @Test
  void the_registry_is_the_folder_models_unless_the_project_says_otherwise() {
    assertThat(job("bundles/readings").registry().text()).isEqualTo("models");

    project.write("conf/project.yaml", "registry: ${env:PLACE}/models\n");
    Environment environment = new Environment(Map.of("PLACE", "hdfs://host")::get);
    assertThat(Project.open(folder, environment).registry().text()).isEqualTo("hdfs://host/models");
    assertThat(Project.open(folder, environment).job("readings").registry().toString())
        .isEqualTo("${env:PLACE}/models");
  }

  @Test
  void mistakes_in_the_project_file_are_told_with_those_of_the_job() {
    project
        .write("conf/project.yaml", "registri: models\n")
        .replace("conf/jobs/readings.yaml", "interval: 1d", "interval: 2d");

    assertThatThrownBy(() -> job("bundles/readings"))
        .hasMessageContaining("readings.yaml:2: interval: '2d' is no interval")
        .hasMessageContaining("project.yaml:1: registri: there is no such key; did you mean")
        .hasMessageContaining("'registry'");
  }

  private Job job(String bundle) {
    project.replace(
        "conf/jobs/readings.yaml", "bundle: bundles/readings", "bundle: \"" + bundle + "\"");
    return Project.open(folder, Environment.empty()).job("readings");
  }
}
