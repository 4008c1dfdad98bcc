package dev.nightjar.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own with the class path of the tests; it is ended when it takes too long. */
record ChildJvm(List<String> options, String main, List<String> arguments) {
  private static final int MOST_SECONDS = 180;

  /** What became of it. */
  record Ended(int exit, String output) {}

  /** Runs it and waits for its end; its output goes to a file. */
  Ended run(Path log) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        Arrays.stream(System.getProperty("nightjar.spark.jvm.flags").trim().split("\\s+"))
            .toList());
    line.addAll(options);
    line.add("-cp");
    line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    line.add(main);
    line.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Ended(process.exitValue(), java.nio.file.Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
