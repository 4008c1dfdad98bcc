package dev.nightjar.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @TempDir private Path folder;

  /** Prints the version of the library. */
  public static final class Start {
    public static void main(String[] arguments) {
      System.out.println("version " + NativeLibrary.environment().getVersion());
    }
  }

  @Test
  void a_long_command_line_does_not_end_the_process_and_nothing_is_left_behind() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Start.class.getName(),
                    "a list of jars,".repeat(2_000)))
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("version 1.");
    assertThat(left(temporary)).isEmpty();
  }

  private static List<String> left(Path temporary) throws IOException {
    try (var files = Files.list(temporary)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("onnx"))
          .toList();
    }
  }
}
