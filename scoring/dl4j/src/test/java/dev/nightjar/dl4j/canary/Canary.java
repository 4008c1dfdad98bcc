package dev.nightjar.dl4j.canary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hears which canaries have run in this JVM. Thread-safe. */
public final class Canary {
  /** The system property that names a file to which each canary that runs adds a line. */
  public static final String FILE = "nightjar.test.canary";

  private static final List<String> SUNG = new CopyOnWriteArrayList<>();

  private Canary() {}

  static void sing(String who) {
    SUNG.add(who);
    String file = System.getProperty(FILE);
    if (file != null) {
      try {
        Files.writeString(
            Path.of(file), who + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether any has run since the last {@link #forget}. */
  public static boolean ran() {
    return !SUNG.isEmpty();
  }

  /** Those that have run since the last {@link #forget}, in order. */
  public static List<String> sung() {
    return List.copyOf(SUNG);
  }

  /** Forgets what has been heard. */
  public static void forget() {
    SUNG.clear();
  }
}
