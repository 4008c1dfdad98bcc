package dev.nightjar.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
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
 *
 * <p>The library that can use GPUs loads what it needs for that with the first session on one, from
 * the folder in which it lay itself. There that folder stays, empty and nobody else's, until the
 * JVM ends: it is filled for the moment ({@link #withCuda}).
 */
final class NativeLibrary {
  /** For each character of the command line; a fourth of it was seen to do. */
  private static final long STACK_OF_A_CHARACTER = 1024;

  private static final long STACK = 8L << 20;

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  /** Where the library looks for what was unpacked already. */
  private static final String PLACE = "onnxruntime.native.path";

  private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

  /** By what the others reach the library; looked for at its start already. */
  private static final String SHARED = "onnxruntime_providers_shared";

  private static final String CUDA = "onnxruntime_providers_cuda";

  /** Whether the library has loaded what it needs for GPUs, which it does once. */
  private static boolean cudaIsLoaded;

  private NativeLibrary() {}

  private static final class Started {
    static final Library LIBRARY = start();
  }

  /**
   * The library as it was started.
   *
   * @param folder where it lay, and looks for what it needs for GPUs; null where nothing has to be
   *     put there
   */
  private record Library(OrtEnvironment environment, @Nullable Path folder) {}

  /** Something that the library does. */
  interface Call<T> {
    T call() throws OrtException;
  }

  /**
   * The library, started when it is first asked for.
   *
   * @throws LinkageError when it cannot be loaded here
   */
  static OrtEnvironment environment() {
    return Started.LIBRARY.environment();
  }

  /**
   * Whether the library on the class path is the one that can use GPUs of NVIDIA.
   *
   * @throws LinkageError when it cannot be loaded here
   */
  static boolean hasCuda() {
    environment(); // asked for first, the providers would start it on this thread
    return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  /**
   * Opens something on a GPU, while what the library needs for that lies beside it.
   *
   * @throws UncheckedIOException when there is no room for it
   */
  static synchronized <T> T withCuda(Call<T> open) throws OrtException {
    Path folder = Started.LIBRARY.folder();
    if (folder == null || cudaIsLoaded) {
      return open.call();
    }
    List<String> needed = List.of(SHARED, CUDA);
    try {
      unpack(folder, needed);
      T opened = open.call();
      cudaIsLoaded = true;
      return opened;
    } finally {
      removeFiles(folder, needed);
    }
  }

  private static Library start() {
    FutureTask<Library> start = new FutureTask<>(NativeLibrary::unpackedAndLoaded);
    Thread thread = new Thread(null, start, "onnxruntime-start", STACK + stackOfCommandLine());
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return start.get();
        } catch (InterruptedException e) {
          // Given up here, a class would stay broken for as long as this JVM lives.
          interrupted = true;
        } catch (ExecutionException e) {
          throw new UnsatisfiedLinkError("ONNX Runtime cannot be started: " + e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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

  private static Library unpackedAndLoaded() {
    String platform = platform();
    if (platform.isEmpty() || System.getProperty(PLACE) != null) {
      return new Library(load(), null);
    }
    List<String> present = new ArrayList<>(LIBRARIES);
    boolean cuda = has(platform, CUDA);
    if (cuda) {
      present.add(SHARED);
    }
    Path folder = createFolder();
    boolean stays = false;
    try {
      if (!unpack(folder, present)) {
        return new Library(load(), null);
      }
      System.setProperty(PLACE, folder.toString());
      OrtEnvironment environment = load();
      stays = cuda;
      return new Library(environment, cuda ? folder : null);
    } finally {
      System.clearProperty(PLACE);
      removeFiles(folder, present);
      if (stays) {
        folder.toFile().deleteOnExit();
      } else {
        remove(folder);
      }
    }
  }

  private static OrtEnvironment load() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "nightjar");
  }

  /** A folder that only this user may write to: what lies in it is loaded. */
  private static Path createFolder() {
    try {
      return Files.createTempDirectory("nightjar-onnxruntime");
    } catch (IOException e) {
      throw new UncheckedIOException("the libraries cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** Unpacks libraries of the class path; false when one is not known by that name. */
  private static boolean unpack(Path folder, List<String> libraries) {
    return unpack(platform(), libraries, folder);
  }

  /** {@link #unpack(Path, List)} of a platform's libraries. */
  static boolean unpack(String platform, List<String> libraries, Path folder) {
    try {
      for (String library : libraries) {
        try (InputStream from = resource(platform, library)) {
          if (from == null) {
            return false;
          }
          Files.copy(
              from,
              folder.resolve(System.mapLibraryName(library)),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the libraries of ONNX Runtime cannot be unpacked into "
              + folder
              + ": "
              + e.getMessage()
              + "; make room there, or point java.io.tmpdir elsewhere",
          e);
    }
  }

  private static boolean has(String platform, String library) {
    return OrtEnvironment.class.getResource(path(platform, library)) != null;
  }

  private static @Nullable InputStream resource(String platform, String library) {
    return OrtEnvironment.class.getResourceAsStream(path(platform, library));
  }

  private static String path(String platform, String library) {
    return "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(library);
  }

  /** What the library calls this platform; empty where a loaded file cannot be removed. */
  static String platform() {
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

  private static void removeFiles(Path folder, List<String> libraries) {
    libraries.forEach(library -> remove(folder.resolve(System.mapLibraryName(library))));
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
