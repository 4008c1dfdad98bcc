package dev.nightjar.keras;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Durations;
import dev.nightjar.engine.ModelImporter;
import dev.nightjar.process.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Imports networks of Keras, each in a JVM of its own with its own bounds of time and memory: a
 * file can make the native libraries loop, crash or ask for all memory, and this process must
 * outlive it. Thread-safe.
 */
public final class KerasImporter implements ModelImporter {
  /** A file can name filters, which HDF5 would load as libraries from folders of the user. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("OMP_NUM_THREADS", "1", "HDF5_PLUGIN_PRELOAD", "::");

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
          "-Djava.awt.headless=true");

  /** What a file says of itself, where it is a version or a name. */
  private static final Pattern FACT = Pattern.compile("[A-Za-z0-9.+-]{1,40}");

  @Override
  public ImportedModel run(String origin, byte[] model, Duration deadline) {
    if (!Arrays.equals(Arrays.copyOf(model, HDF5.length), HDF5)) {
      throw refused(
          origin,
          "it does not begin as an HDF5 file does; save the whole model with model.save('….h5') (a"
              + " .keras file is a zip of Keras 3 and cannot be read)");
    }
    ChildJvm.Command command = new ChildJvm.Command("keras", ImportMain.class, BOUNDS, ENVIRONMENT);
    try (ChildJvm child =
        ChildJvm.start(command, folder -> Files.write(folder.resolve(ImportMain.SOURCE), model))) {
      await(origin, child, deadline);
      return result(origin, child);
    } catch (IOException e) {
      throw refused(origin, "its import cannot be started: " + e.getMessage(), e);
    }
  }

  private static void await(String origin, ChildJvm child, Duration deadline) {
    try {
      if (!child.await(deadline)) {
        throw refused(
            origin,
            String.format(
                "its import did not end within %s and was stopped. A large network needs a longer"
                    + " deadline; an import that never ends has layers whose weights are made by a"
                    + " native loop",
                Durations.text(deadline)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(origin, "its import was interrupted", e);
    }
  }

  private static ImportedModel result(String origin, ChildJvm child) throws IOException {
    Path folder = child.folder();
    int exit = child.process().exitValue();
    Path refusal = folder.resolve(ImportMain.REFUSAL);
    if (Files.exists(refusal)) {
      throw refused(origin, ChildJvm.readable(Files.readString(refusal, StandardCharsets.UTF_8)));
    }
    if (child.hasCrashed()) {
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
              + child.lastWords());
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

  private static BundleException refused(String origin, String reason) {
    return new BundleException(origin + " cannot be imported: " + reason);
  }

  private static BundleException refused(String origin, String reason, Exception cause) {
    return new BundleException(origin + " cannot be imported: " + reason, cause);
  }
}
