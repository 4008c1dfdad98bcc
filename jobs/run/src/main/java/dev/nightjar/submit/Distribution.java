package dev.nightjar.submit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that Nightjar was started from.
 *
 * @param home absolute
 * @param commandLine the jar of the main class
 * @param jars what executors need beside Spark, sorted; {@code commandLine} is not among them
 */
public record Distribution(Path home, Path commandLine, List<Path> jars) {
  private static final String COMMAND_LINE = "nightjar-jobs-cli-";

  /**
   * The distribution in a folder.
   *
   * @throws IllegalArgumentException when the folder holds none
   */
  public static Distribution at(Path folder) {
    Path home = folder.toAbsolutePath().normalize();
    Path lib = home.resolve("lib");
    if (!Files.isDirectory(lib)) {
      throw noDistribution(home, "it has no folder lib");
    }
    try (Stream<Path> files = Files.list(lib)) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      Path commandLine =
          all.stream()
              .filter(Distribution::isCommandLine)
              .findFirst()
              .orElseThrow(() -> noDistribution(home, "lib has no " + COMMAND_LINE + "*.jar"));
      return new Distribution(
          home, commandLine, all.stream().filter(jar -> !jar.equals(commandLine)).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(lib + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Spark's jars that come with the distribution. */
  public Path sparkJars() {
    return home.resolve("lib/spark");
  }

  /** What the console shows of the log. */
  public Path log4j() {
    return home.resolve("conf/log4j2.properties");
  }

  private static boolean isCommandLine(Path jar) {
    return String.valueOf(jar.getFileName()).startsWith(COMMAND_LINE);
  }

  private static IllegalArgumentException noDistribution(Path home, String why) {
    return new IllegalArgumentException(
        home
            + " is no distribution of Nightjar: "
            + why
            + "; start bin/nightjar of one, jars go to executors from there");
  }
}
