package dev.nightjar.keras;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Durations;
import dev.nightjar.engine.ModelImporter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Imports networks of Keras, each in a JVM of its own with its own bounds of time and memory: a
 * file can make the native libraries loop, crash or ask for all memory, and this process must
 * outlive it. Thread-safe.
 */
public final class KerasImporter implements ModelImporter {
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  /** Bounds of the child, for networks of up to a gibibyte of weights. */
  private static final List<String> BOUNDS =
      List.of(
          "-Xmx2g",
          "-XX:+UseSerialGC",
          "-Dorg.bytedeco.javacpp.maxbytes=4g",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=8g",
          // Names in files are folded by the locale.
          "-Duser.language=en",
          "-Duser.country=US",
          "-Djava.awt.headless=true",
          "-XX:-CreateCoredumpOnCrash");

  private static final String LOG = "output.txt";
  private static final String CRASH = "crash.log";
  private static final int LINES_SHOWN = 3;
  private static final int LONGEST_REASON = 1000;

  /** What a file says of itself, where it is a version or a name. */
  private static final Pattern FACT = Pattern.compile("[A-Za-z0-9.+-]{1,40}");

  private static final int LONGEST_LOG = 64 << 10;

  @Override
  public ImportedModel run(String origin, byte[] model, Duration deadline) {
    if (!Arrays.equals(Arrays.copyOf(model, HDF5.length), HDF5)) {
      throw refused(
          origin,
          "it does not begin as an HDF5 file does; save the whole model with model.save('….h5') (a"
              + " .keras file is a zip of Keras 3 and cannot be read)");
    }
    try {
      Path folder = Files.createTempDirectory("nightjar-keras-");
      try {
        Files.write(folder.resolve(ImportMain.SOURCE), model);
        int exit = runChild(origin, folder, deadline);
        return result(origin, folder, exit);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw refused(origin, "its import cannot be started: " + e.getMessage(), e);
    }
  }

  private static int runChild(String origin, Path folder, Duration deadline) throws IOException {
    Process child = start(folder);
    Thread stop = new Thread(() -> kill(child), "nightjar-keras-stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      if (!child.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw refused(
            origin,
            String.format(
                "its import did not end within %s and was stopped. A large network needs a longer"
                    + " deadline; an import that never ends has layers whose weights are made by a"
                    + " native loop",
                Durations.text(deadline)));
      }
      return child.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(origin, "its import was interrupted", e);
    } finally {
      kill(child);
      removeHook(stop);
    }
  }

  private static Process start(Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(BOUNDS);
    command.add("-XX:ErrorFile=" + folder.resolve(CRASH));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ImportMain.class.getName());
    command.add(folder.toString());
    command.add(Long.toString(ProcessHandle.current().pid()));
    // In the folder of this process: the class path may be relative to it.
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(LOG).toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    // A file can name filters, which HDF5 would load as libraries from folders of the user.
    builder.environment().put("HDF5_PLUGIN_PRELOAD", "::");
    return builder.start();
  }

  /** Ends the child and whatever it started, and waits until it is gone. */
  private static void kill(Process child) {
    child.descendants().forEach(ProcessHandle::destroyForcibly);
    child.destroyForcibly().onExit().join();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook runs: there is nothing left to remove.
      return;
    }
  }

  private static ImportedModel result(String origin, Path folder, int exit) throws IOException {
    Path refusal = folder.resolve(ImportMain.REFUSAL);
    if (Files.exists(refusal)) {
      throw refused(origin, readable(Files.readString(refusal, StandardCharsets.UTF_8)));
    }
    if (Files.exists(folder.resolve(CRASH))) {
      throw refused(
          origin,
          "its import crashed in native code, as it does on damaged files and impossible sizes of"
              + " layers; save the model again and look at its sizes");
    }
    if (exit != 0) {
      throw refused(
          origin,
          "its import ended with the exit code "
              + exit
              + " and gave no reason; its last words: "
              + lastWords(folder.resolve(LOG)));
    }
    Properties facts = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve(ImportMain.FACTS))) {
      facts.load(in);
    }
    Map<String, String> provenance = new TreeMap<>();
    facts.stringPropertyNames().stream()
        .filter(name -> FACT.matcher(facts.getProperty(name)).matches())
        .forEach(name -> provenance.put(name, facts.getProperty(name)));
    return new ImportedModel(Files.readAllBytes(folder.resolve(ImportMain.RESULT)), provenance);
  }

  private static String lastWords(Path log) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - LONGEST_LOG));
      bytes = in.readNBytes(LONGEST_LOG);
    }
    List<String> lines =
        new String(bytes, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty()
        ? "none"
        : readable(
            String.join(
                " / ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())));
  }

  /** Names in a message come from the file: as one short line, without what a terminal obeys. */
  private static String readable(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static BundleException refused(String origin, String reason) {
    return new BundleException(origin + " cannot be imported: " + reason);
  }

  private static BundleException refused(String origin, String reason, Exception cause) {
    return new BundleException(origin + " cannot be imported: " + reason, cause);
  }
}
