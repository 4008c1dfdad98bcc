package dev.nightjar.online.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.online.request.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
    for (String name : List.of("keys/team.pub", "tls/cert.pem", "tls/key.pem", "tokens")) {
      Path file = folder.resolve("conf").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
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

  /** Each key wrong by itself, and all that is said of it. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("models: flight@champion", "models: a list is expected here, not "),
        arguments("models: [{as-of: t}]", "models[0].model: the key is required and missing"),
        arguments("models: [{model: 'm@'}]", "models[0].model: the alias '' cannot be used"),
        arguments(
            "models: [{model: m@a, tensors: {inputs: x}}]",
            "models[0].tensors.inputs: there is no such key; did you mean 'input'?"),
        arguments("signed-by: [no.pub]", "signed-by[0]: there is no file FOLDER/no.pub"),
        arguments("watch: 0s", "watch: '0s' is not a length of time from 100ms to 1d"),
        arguments("watch: often", "watch: 'often' is not a length of time; write"),
        arguments("listen: {port: -1}", "listen.port: '-1' is not a whole number 0 to 65535"),
        arguments("listen: {hosts: x}", "listen.hosts: there is no such key; did you mean 'host'?"),
        arguments(
            "listen: {tokens: no}",
            "listen.tokens: there is no file FOLDER/no; it holds lines of 'nightjar serve token"
                + " NAME'"),
        arguments(
            "listen: {tls: {certificate: conf, key: conf/endpoint.yaml}}",
            "listen.tls.certificate: FOLDER/conf is no file; it holds the chain in PEM"),
        arguments(
            "listen: {tls: {certificate: conf/endpoint.yaml, key: no.pem}}",
            "listen.tls.key: there is no file FOLDER/no.pem; it holds PKCS#8 in PEM"),
        arguments("listen: {behind-proxy: yes}", "listen.behind-proxy: 'yes' is neither true"),
        arguments(
            "limits: {body-bytes: 1e9}",
            "limits.body-bytes: '1e9' is not a whole number 1 to 67108864"),
        arguments("limits: {text-length: 0}", "limits.text-length: '0' is not a whole number 1 to"),
        arguments("limits: {queue: many}", "limits.queue: 'many' is not a whole number 1 to"),
        arguments("limits: {threads: -1}", "limits.threads: '-1' is not a whole number 0 to 1024"),
        arguments(
            "limits: {deadline: 0s}",
            "limits.deadline: '0s' is not a length of time from 1ms to 1h"),
        arguments("limits: {receiving: 0ms}", "limits.receiving: '0s' is not a length of time"),
        arguments("limits: {idle: 2d}", "limits.idle: '2d' is not a length of time from 1ms to 1d"),
        arguments("limits: {connections: 0}", "limits.connections: '0' is not a whole number 1"),
        arguments("limits: {drain: 2h}", "limits.drain: '2h' is not a length of time from 0s"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_once_with_file_line_key_and_rule(String yaml, String told) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .startsWith(
                        folder.resolve("conf/endpoint.yaml")
                            + ":1: "
                            + told.replace("FOLDER", folder.toString())));
  }

  @Test
  void a_registry_elsewhere_is_refused_with_the_remedy() throws IOException {
    Files.writeString(folder.resolve("conf/project.yaml"), "registry: s3a://models\n");

    assertThatThrownBy(this::read)
        .hasMessageContaining("the endpoint reads registries in folders of this machine alone")
        .hasMessageContaining("keep a copy of it here");
  }
}
