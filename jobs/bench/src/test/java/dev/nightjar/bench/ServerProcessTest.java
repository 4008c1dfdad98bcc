package dev.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
  @TempDir private Path folder;

  private ServerProcess start(String script) {
    return ServerProcess.start(List.of("bash", "-c", script), folder.resolve("log"));
  }

  @Test
  void a_server_is_ready_when_it_says_so_and_ends_when_it_is_told() throws IOException {
    try (ServerProcess server =
        start("echo begins; echo some: ready on http://127.0.0.1:4711; exec sleep 600")) {
      assertThat(server.address()).isEqualTo(URI.create("http://127.0.0.1:4711"));
      assertThat(server.isAlive()).isTrue();
      if (Files.exists(Path.of("/proc/self/status"))) {
        assertThat(server.residentMib()).isBetween(0.1, 500.0);
      }

      server.terminate();

      assertThat(server.awaitEnd(Duration.ofSeconds(20))).isTrue();
      assertThat(server.isAlive()).isFalse();
    }
    assertThat(Files.readString(folder.resolve("log"))).startsWith("begins\n");
  }

  @Test
  void one_that_ends_before_it_is_ready_is_told_with_its_log() throws IOException {
    assertThatThrownBy(() -> start("echo the port is taken >&2; exit 1"))
        .isInstanceOf(BenchException.class)
        .hasMessageEndingWith(": ended before it was ready; see " + folder.resolve("log"));
    assertThat(Files.readString(folder.resolve("log"))).isEqualTo("the port is taken\n");
  }
}
