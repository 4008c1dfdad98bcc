package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.run.TestProject;
import dev.nightjar.store.RedisPlace;
import dev.nightjar.store.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Protocol.Command;

/**
 * {@code nightjar features materialize} and {@code verify} of a project whose store lies in a
 * Redis; skipped by name where none can be started.
 */
@ExtendWith(SharedSpark.class)
class RedisFeaturesTest {
  private static final String SECRET = "pa55-w0rd-that-nobody-may-see";

  @TempDir Path folder;
  private final Shell shell = new Shell(Map.of("REDIS_PASSWORD", SECRET));
  private TestProject project;
  private RedisServer server;

  @BeforeEach
  void write() {
    server = RedisServer.shared();
    RedisPlace place = server.place();
    server.send(Command.ACL, "SETUSER", "nightjar", "on", ">" + SECRET, "~*", "+@all");
    project = TestProject.withoutBundle(folder);
    project.write(
        "conf/project.yaml",
        """
        feature-store:
          redis: redis://127.0.0.1:%d/0
          prefix: %s
          user: nightjar
          password: ${env:REDIS_PASSWORD}
        """
            .formatted(server.port(), place.prefix()));
  }

  private Shell.Ended features(String... words) {
    List<String> all = new ArrayList<>(List.of("features"));
    all.addAll(List.of(words));
    all.addAll(List.of("--project", folder.toString()));
    Shell.Ended ended = shell.run(all.toArray(String[]::new));
    assertThat(ended.all()).doesNotContain(SECRET);
    return ended;
  }

  @Test
  void a_history_is_stored_span_by_span_and_agrees_with_the_join() {
    Shell.Ended first =
        features(
            "materialize",
            "weather",
            "--history",
            "--from=2024-03-05T00:00:00Z",
            "--to=2024-03-05T08:00:00Z");
    assertThat(first.exit()).as(first.all()).isZero();
    assertThat(first.out())
        .contains(
            "the store answers from 2024-03-05T00:00:00Z on, and is filled until"
                + " 2024-03-05T08:00:00Z");
    Shell.Ended second = features("materialize", "weather", "--to=2024-03-06T00:00:00Z");
    assertThat(second.out()).as(second.all()).contains("weather: 1 rows of 1 keys stored");
    Shell.Ended again = features("materialize", "weather", "--to=2024-03-06T00:00:00Z");
    assertThat(again.out()).as(again.all()).contains("weather: 0 rows of 0 keys stored");

    Shell.Ended verified = features("verify", "weather", "--sample=80", "--seed=7");
    assertThat(verified.exit()).as(verified.all()).isZero();
    assertThat(verified.out()).contains("join and store agree");

    project.replace("data/weather.csv", "09:00:00Z,12.0", "09:00:00Z,13.5");
    assertThat(features("verify", "weather", "--sample=80", "--seed=3").exit()).isEqualTo(3);
    assertThat(features("materialize", "weather", "--anew", "--to=2024-03-06T00:00:00Z").exit())
        .isZero();
    assertThat(features("verify", "weather", "--sample=80", "--seed=3").exit()).isZero();
  }

  @Test
  void a_redis_that_is_not_there_or_busy_ends_the_command_with_its_exit_code_and_one_message()
      throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    Shell.Ended away =
        features("materialize", "weather", "--store=redis://127.0.0.1:" + unused + "/0");
    assertThat(away.exit()).as(away.all()).isEqualTo(1);
    assertThat(away.err())
        .contains("the feature store in redis://127.0.0.1:" + unused + "/0 cannot be reached");
    UsageTest.assertReadable(away);

    Shell.Ended none = features("verify", "weather");
    assertThat(none.exit()).as(none.all()).isEqualTo(2);
    assertThat(none.err()).contains("there is no feature store in redis://127.0.0.1:");

    Shell.Ended wrong = features("verify", "weather", "--store=hdfs://somewhere/store");
    assertThat(wrong.exit()).as(wrong.all()).isEqualTo(2);
    assertThat(wrong.err()).contains("--store: this is no address of a Redis; write redis://HOST");
  }
}
