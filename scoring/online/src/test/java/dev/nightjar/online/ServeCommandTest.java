package dev.nightjar.online;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.access.AccessTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code nightjar serve} says before it serves. */
class ServeCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CommandLine line() {
    return Main.line().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  /** A project whose endpoint is told this. */
  private String project(String endpoint) throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/project.yaml"), "registry: models\n");
    Files.writeString(folder.resolve("conf/endpoint.yaml"), endpoint);
    for (String named : List.of("a", "b", "tokens")) {
      Files.writeString(folder.resolve(named), "");
    }
    return "--project=" + folder;
  }

  @Test
  void an_address_that_others_reach_is_refused_without_tls_and_tokens() throws IOException {
    String plain = project("models: [{model: 'line@champion'}]\n");
    assertThat(line().execute(plain, "--host=0.0.0.0", "--port=0")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "listen.host: '0.0.0.0' can be reached from other machines, and there is no TLS"
                + " (listen.tls); name both in conf/endpoint.yaml, or say --behind-proxy where a"
                + " proxy in front does both");
    assertThat(out.toString()).isEmpty();

    err.getBuffer().setLength(0);
    String withoutTokens =
        project(
            "models: [{model: 'line@champion'}]\nlisten: {host: '0.0.0.0', tls: {certificate: a,"
                + " key: b}}\n");
    assertThat(line().execute(withoutTokens)).isEqualTo(2);
    assertThat(err.toString()).contains("and there is no token (listen.tokens); name both");

    err.getBuffer().setLength(0);
    String withoutTls =
        project("models: [{model: 'line@champion'}]\nlisten: {host: '0.0.0.0', tokens: tokens}\n");
    assertThat(line().execute(withoutTls)).isEqualTo(2);
    assertThat(err.toString()).contains("and there is no TLS (listen.tls); name both");
  }

  @Test
  void behind_a_proxy_it_listens_without_either_and_says_so_at_every_start() throws Exception {
    String plain = project("models: [{model: 'absent@champion'}]\n");
    for (int start = 0; start < 2; start++) {
      out.getBuffer().setLength(0);
      err.getBuffer().setLength(0);
      Thread serving =
          new Thread(() -> line().execute(plain, "--host=0.0.0.0", "--port=0", "--behind-proxy"));
      serving.start();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(out.toString()).contains("nightjar serve: on http://0.0.0.0:"));
      serving.interrupt();
      serving.join();
      assertThat(err.toString())
          .startsWith(
              "nightjar serve: WARNING: listens on 0.0.0.0 without TLS and lets everybody ask,"
                  + " since it was told that a proxy in front sees to that (--behind-proxy)")
          .contains("the model 'absent@champion' is not ready: ");
      assertThat(out.toString()).contains("not ready; what is amiss is tried again");
    }
  }

  @Test
  void a_model_on_the_command_line_that_is_none_is_a_mistake_and_not_waited_for()
      throws IOException {
    String plain = project("watch: 1s\n");
    assertThat(line().execute(plain, "flight-delay")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "nightjar serve: there is no bundle at "
                + folder.resolve("flight-delay")
                + "; of a model in the registry say which version: flight-delay@champion or"
                + " flight-delay:VERSION");

    err.getBuffer().setLength(0);
    assertThat(line().execute(plain, "bundles/absent")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "there is no bundle at "
                + folder.resolve("bundles/absent")
                + "; name one that is there, or a model of the registry as NAME@ALIAS");

    err.getBuffer().setLength(0);
    assertThat(line().execute(plain, "flight-delay@")).isEqualTo(2);
    assertThat(err.toString()).startsWith("nightjar serve: flight-delay@: ").doesNotContain("\tat");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_version_on_the_command_line_takes_rows_as_the_configuration_says_of_its_model()
      throws Exception {
    String plain = project("models: [{model: 'line@champion', as-of: departure}]\n");
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    Thread serving = new Thread(() -> line().execute(plain, "--port=0", "line:1"));
    serving.start();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(out.toString()).contains("ready on http://"));
    serving.interrupt();
    serving.join();
    String address = out.toString().strip().replaceFirst(".* ready on ", "");
    try (InputStream in = URI.create(address + "/v1/models/line").toURL().openStream()) {
      assertThat(TestEndpoint.json(new String(in.readAllBytes(), UTF_8)).path("as-of").asText())
          .isEqualTo("departure");
    }
  }

  @Test
  void a_port_that_another_has_is_named_with_the_remedy() throws IOException {
    String plain = project("models: [{model: 'absent@champion'}]\n");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThat(line().execute(plain, "--port=" + port)).isEqualTo(1);
      assertThat(err.toString())
          .isEqualTo(
              "nightjar serve: the port "
                  + port
                  + " of 127.0.0.1 cannot be had: Address already in use; end what listens there,"
                  + " or choose another with --port\n");
    }
  }

  @Test
  void a_registry_without_models_has_nothing_to_serve() throws IOException {
    assertThat(line().execute(project("watch: 1s\n"))).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "the registry has no model with the alias 'champion', so there is nothing to serve");
  }

  @Test
  void a_token_is_told_once_beside_the_line_that_knows_it() {
    assertThat(line().execute("token", "team")).isZero();
    String token = out.toString().lines().findFirst().orElseThrow().replaceFirst(".*: +", "");
    assertThat(token).matches("nj_[A-Za-z0-9_-]{43}");
    assertThat(out.toString())
        .contains("listen.tokens:         " + AccessTokens.line("team", token));

    assertThat(line().execute("token", "my team")).isEqualTo(2);
    assertThat(err.toString())
        .contains("'my team' cannot name a token; use up to 64 of A-Z a-z 0-9 . _ -");
  }
}
