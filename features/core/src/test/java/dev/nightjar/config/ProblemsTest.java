package dev.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {
  @Test
  void a_problem_names_file_line_and_key_as_far_as_there_are_any() {
    assertThat(new Problem("conf/job.yaml", 11, "features[1]", "no"))
        .hasToString("conf/job.yaml:11: features[1]: no");
    assertThat(new Problem("job.yaml", 3, "", "no")).hasToString("job.yaml:3: no");
    assertThat(new Problem("job.yaml", 0, "", "no")).hasToString("job.yaml: no");
  }

  @Test
  void problems_end_the_reading_together_and_each_counts_once() {
    Problems problems = new Problems();
    assertThatCode(problems::throwIfAny).doesNotThrowAnyException();
    problems.add(new Problem("f", 2, "b", "no"));
    problems.add(new Problem("f", 1, "a", "no"));
    problems.add(new Problem("f", 2, "b", "no"));

    assertThat(problems.isEmpty()).isFalse();
    assertThatThrownBy(problems::throwIfAny).hasMessage("f:2: b: no\nf:1: a: no");
  }

  @Test
  void the_exception_keeps_its_problems_on_the_way_between_machines() throws Exception {
    ConfigurationException sent = new ConfigurationException(new Problem("f", 1, "a", "no"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }

    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((ConfigurationException) in.readObject()).problems()).isEqualTo(sent.problems());
    }
  }

  @Test
  void a_value_of_the_environment_turns_back_into_its_name() {
    Map<String, String> variables = Map.of("LONG", "secret-and-more", "PART", "secret", "KEY", "k");
    Environment environment = new Environment(variables::get);
    assertThat(environment.redact("secret")).isEqualTo("secret");
    assertThat(environment.get("ABSENT")).isEmpty();
    environment.get("LONG");
    environment.get("PART");
    environment.get("KEY");

    assertThat(environment.redact("a secret-and-more b secret c k"))
        .isEqualTo("a ${env:LONG} b ${env:PART} c k");
    assertThat(environment.redact("k")).isEqualTo("${env:KEY}");
  }

  @Test
  void a_template_shows_what_the_file_has() {
    Template template = new Template("${env:S}/${run.id}", "secret/${run.id}");

    assertThat(template).hasToString("${env:S}/${run.id}");
    assertThat(template.expand(Map.of("run.id", "a$1\\b"))).isEqualTo("secret/a$1\\b");
    assertThatThrownBy(() -> template.expand(Map.of()))
        .hasMessage("no value for ${run.id} in '${env:S}/${run.id}'");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.25S, 250ms",
    "PT61S, 61s",
    "PT90M, 90m",
    "PT48H, 2d",
    "PT25H, 25h",
    "PT1H0.001S, 3600001ms",
  })
  void a_length_of_time_is_written_as_it_is_read(Duration duration, String text) {
    assertThat(Durations.text(duration)).isEqualTo(text);
  }
}
