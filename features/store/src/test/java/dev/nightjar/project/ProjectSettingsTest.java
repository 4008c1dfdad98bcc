package dev.nightjar.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectSettingsTest {
  @TempDir Path folder;

  private void write(String text) throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/project.yaml"), text);
  }

  private ProjectSettings read() {
    return ProjectSettings.read(folder, new Environment(Map.of("PLACE", "hdfs://host")::get));
  }

  @Test
  void a_project_that_says_nothing_has_both_in_its_folder() {
    assertThat(read().registry().text()).isEqualTo("models");
    assertThat(read().featureStore())
        .isEqualTo(new StorePlace.Folder(folder.resolve("feature-store")));
    assertThat(ProjectSettings.resolved(folder, "models"))
        .isEqualTo(folder.resolve("models").toString());
  }

  @Test
  void places_are_read_with_the_environment() throws IOException {
    write("registry: ${env:PLACE}/models\nfeature-store: kept/features\n");

    assertThat(read().registry().text()).isEqualTo("hdfs://host/models");
    assertThat(ProjectSettings.resolved(folder, read().registry().text()))
        .isEqualTo("hdfs://host/models");
    assertThat(read().featureStore())
        .isEqualTo(new StorePlace.Folder(folder.resolve("kept/features")));
  }

  @Test
  void every_mistake_of_the_file_is_told_at_once() throws IOException {
    write("registry: models/${day}\nfeature-stor: x\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "project.yaml:1: registry: ${day} cannot stand here; only ${env:NAME}")
        .hasMessageContaining(
            "project.yaml:2: feature-stor: there is no such key; did you mean 'feature-store'?");
  }

  @Test
  void the_store_is_left_alone_by_who_looks_nothing_up() throws IOException {
    write("feature-store: {redis: redis://host/0, password: \"${file:/nowhere/secret}\"}\n");
    Problems problems = new Problems();

    ProjectSettings.read(folder, Environment.empty(), problems, false);

    assertThat(problems.found()).isEmpty();
    ProjectSettings.read(folder, Environment.empty(), problems, true);
    assertThat(problems.found())
        .extracting(Problem::message)
        .anyMatch(message -> message.contains("the file /nowhere/secret cannot be read"));
  }
}
