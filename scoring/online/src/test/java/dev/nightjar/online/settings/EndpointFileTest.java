package dev.nightjar.online.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.online.request.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointFileTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("nightjar.root", "../..")).resolve("conf/reference.yaml");

  @TempDir Path folder;

  @BeforeEach
  void conf() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
  }

  private EndpointSettings read() {
    return new EndpointFile(folder, Environment.empty()).read();
  }

  private EndpointSettings read(String yaml) throws IOException {
    Files.writeString(folder.resolve("conf/endpoint.yaml"), yaml);
    return read();
  }

  /** The section of the page that shows every key. */
  private static String reference() throws IOException {
    StringBuilder section = new StringBuilder();
    boolean within = false;
    for (String line : Files.readAllLines(REFERENCE)) {
      if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
        within = line.startsWith("endpoint:");
      } else if (within) {
        section.append(line.isEmpty() ? "" : line.substring(2)).append('\n');
      }
    }
    return section.toString();
  }

  @Test
  void the_reference_is_sound_and_shows_the_defaults() throws IOException {
    EndpointSettings settings = read(reference());

    assertThat(settings.models())
        .containsExactly(
            new ModelChoice(
                "flight-delay@champion", Optional.of("scheduled_departure"), Optional.empty()),
            new ModelChoice(
                "iris:3", Optional.empty(), Optional.of(new Tensors("input-0", "output-0"))));
    assertThat(settings.signedBy()).containsExactly(folder.resolve("conf/keys/team.pub"));
    assertThat(settings.listening())
        .isEqualTo(
            new Listening(
                "127.0.0.1",
                8080,
                Optional.of(
                    new Listening.Tls(
                        folder.resolve("conf/tls/cert.pem"), folder.resolve("conf/tls/key.pem"))),
                Optional.of(folder.resolve("conf/tokens")),
                false));
    EndpointSettings defaults = read("{}");
    assertThat(settings.limits()).isEqualTo(defaults.limits());
    assertThat(settings.watch()).isEqualTo(defaults.watch());
  }

  @Test
  void a_project_without_the_file_is_served_on_this_machine_alone() {
    EndpointSettings settings = read();

    assertThat(settings.models()).isEmpty();
    assertThat(settings.registry()).isEqualTo(folder.resolve("models"));
    assertThat(settings.listening().host()).isEqualTo("127.0.0.1");
    assertThat(settings.limits().deadline()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void all_mistakes_are_told_at_once_with_their_lines() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    models:
                      - model: Flight@champion
                        asof: time
                    listen:
                      port: 70000
                      tls: {certificate: a.pem}
                    limits:
                      rows: 0
                      deadlin: 1s
                    """))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("endpoint.yaml:2: models[0].model")
        .hasMessageContaining("endpoint.yaml:3: models[0].asof")
        .hasMessageContaining("did you mean 'as-of'?")
        .hasMessageContaining(
            "endpoint.yaml:5: listen.port: '70000' is not a whole number 0 to 65535")
        .hasMessageContaining("listen.tls.key")
        .hasMessageContaining("limits.rows: '0' is not a whole number 1 to 1000000")
        .hasMessageContaining("did you mean 'deadline'?");
  }

  @Test
  void a_registry_elsewhere_is_refused_with_the_remedy() throws IOException {
    Files.writeString(folder.resolve("conf/project.yaml"), "registry: s3a://models\n");

    assertThatThrownBy(this::read)
        .hasMessageContaining("the endpoint reads registries in folders of this machine alone")
        .hasMessageContaining("keep a copy of it here");
  }
}
