package dev.nightjar.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Starts ONNX Runtime, once in a JVM, around two things that it does there.
 *
 * <p>It holds a regular expression against this process' command line, recursively: a few thousand
 * characters, such as a class path or the list of jars of spark-submit, overflow a thread's stack,
 * which ends the process without a word. So it is started on a thread whose stack has room for the
 * whole line.
 *
 * <p>It unpacks its libraries into a folder of their own that stays when the JVM is killed, and as
 * an empty one always. So they are unpacked here, and taken away as soon as they are loaded.
 */
final class NativeLibrary {
  /** For each character of the command line; a fourth of it was seen to do. */
  private static final long STACK_OF_A_CHARACTER = 1024;

  private static final long STACK = 8L << 20;

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  /** Where the library looks for what was unpacked already. */
  private static final String PLACE = "onnxruntime.native.path";

  /** A library that is only loaded with the first session on a GPU. */
  private static final String CUDA = "onnxruntime_providers_cuda";

  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  private NativeLibrary() {}

  private static final class Started {
    static final OrtEnvironment ENVIRONMENT = start();
  }

  /**
   * The library, started when it is first asked for.
   *
   * @throws LinkageError when it cannot be loaded here
   */
  static OrtEnvironment environment() {
    return Started.ENVIRONMENT;
  }

  private static OrtEnvironment start() {
    FutureTask<OrtEnvironment> start = new FutureTask<>(NativeLibrary::unpackedAndLoaded);
    Thread thread = new Thread(null, start, "onnxruntime-start", STACK + stackOfCommandLine());
    thread.setDaemon(true);
    thread.start();
    try {
      return start.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime started", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new UnsatisfiedLinkError("ONNX Runtime cannot be started: " + e.getCause());
    }
  }

  private static long stackOfCommandLine() {
    try {
      return Files.exists(COMMAND_LINE)
          ? STACK_OF_A_CHARACTER * Files.readAllBytes(COMMAND_LINE).length
          : 0;
    } catch (IOException e) {
      return STACK; // not readable to us is not readable to the library
    }
  }

  private static OrtEnvironment unpackedAndLoaded() {
    Path folder = System.getProperty(PLACE) == null ? unpack() : null;
    try {
      if (folder != null) {
        System.setProperty(PLACE, folder.toString());
      }
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "nightjar");
    } finally {
      if (folder != null) {
        System.clearProperty(PLACE);
        remove(folder);
      }
    }
  }

  /** The folder with the libraries; null where they must stay, or are not known by these names. */
  private static @Nullable Path unpack() {
    String platform = platform();
    if (platform.isEmpty() || resource(platform, CUDA) != null) {
      return null;
    }
    try {
      Path folder = Files.createTempDirectory("nightjar-onnxruntime");
      for (String library : LIBRARIES) {
        try (InputStream from = resource(platform, library)) {
          if (from == null) {
            remove(folder);
            return null;
          }
          Files.copy(from, folder.resolve(System.mapLibraryName(library)));
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("the libraries cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private static @Nullable InputStream resource(String platform, String library) {
    return OrtEnvironment.class.getResourceAsStream(
        "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(library));
  }

  /** What the library calls this platform; empty where a loaded file cannot be removed. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("linux") ? "linux" : os.contains("mac") ? "osx" : "";
    String processor =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x64";
          case "aarch64" -> "aarch64";
          default -> "";
        };
    return system.isEmpty() || processor.isEmpty() ? "" : system + "-" + processor;
  }

  private static void remove(Path folder) {
    List<Path> files = new ArrayList<>();
    LIBRARIES.forEach(library -> files.add(folder.resolve(System.mapLibraryName(library))));
    files.add(folder);
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }
}
