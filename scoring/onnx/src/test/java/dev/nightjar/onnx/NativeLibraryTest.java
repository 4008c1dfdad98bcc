package dev.nightjar.onnx;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();

    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("version 1.");
    assertThat(left(temporary)).isEmpty();
  }

  @Test
  void libraries_are_unpacked_whole_and_over_what_lies_there() throws IOException {
    String platform = NativeLibrary.platform();
    assumeFalse(platform.isEmpty(), "libraries are not unpacked here on this system");
    String name = System.mapLibraryName("onnxruntime4j_jni");
    Files.writeString(folder.resolve(name), "left by somebody");

    assertThat(NativeLibrary.unpack(platform, List.of("onnxruntime4j_jni"), folder)).isTrue();

    try (InputStream packed =
        OrtEnvironment.class.getResourceAsStream(
            "/ai/onnxruntime/native/" + platform + "/" + name)) {
      assertThat(Files.readAllBytes(folder.resolve(name)))
          .isEqualTo(requireNonNull(packed).readAllBytes());
    }
  }

  @Test
  void a_library_that_the_class_path_does_not_have_is_told() {
    assertThat(NativeLibrary.unpack("linux-x64", List.of("onnxruntime_providers_none"), folder))
        .isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_folder_without_room_is_told_with_the_remedy() {
    String platform = NativeLibrary.platform();
    assumeFalse(platform.isEmpty(), "libraries are not unpacked here on this system");
    Path absent = folder.resolve("absent");

    assertThatThrownBy(() -> NativeLibrary.unpack(platform, List.of("onnxruntime4j_jni"), absent))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("the libraries of ONNX Runtime cannot be unpacked into " + absent)
        .hasMessageEndingWith("; make room there, or point java.io.tmpdir elsewhere");
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
