package dev.nightjar.demo.nyc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Asks, when all days are published and nothing has changed since, for what has changed: the whole
 * command as a user types it, from the start of its process to its end.
 *
 * @param nightjar the script that starts the command line
 * @param project whose job it is
 */
record UnchangedBackfill(Path nightjar, NycProject project) {
  private static final int TIMES = 5;

  /**
   * What came of it.
   *
   * @param days for which the command says that nothing has changed, the fewest of all times
   * @param seconds of each time, in order
   */
  record Answer(long days, List<Double> seconds) {
    double median() {
      return seconds.get(seconds.size() / 2);
    }
  }

  /** Asks some times over. */
  Answer ask(String from, String to) throws IOException, InterruptedException {
    double[] seconds = new double[TIMES];
    long days = Long.MAX_VALUE;
    for (int i = 0; i < TIMES; i++) {
      long begin = System.nanoTime();
      days = Math.min(days, unchanged(from, to));
      seconds[i] = (System.nanoTime() - begin) / 1e9;
    }
    Arrays.sort(seconds);
    return new Answer(days, Arrays.stream(seconds).boxed().toList());
  }

  private long unchanged(String from, String to) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(nightjar.toString(), "backfill", NycProject.JOB));
    words.addAll(List.of("--project", project.folder().toString(), "--changed", "--json"));
    words.addAll(List.of("--from", from, "--to", to));
    Path out = project.folder().resolve("backfill.json");
    ProcessBuilder command =
        new ProcessBuilder(words)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    command.environment().put(NycProject.DATA, project.data("").toString());
    command.environment().remove("NIGHTJAR_MAIN"); // by which this process was started
    int exit = command.start().waitFor();
    if (exit != 0) {
      throw new IOException(String.join(" ", words) + " ended with " + exit);
    }
    return Files.readAllLines(out, StandardCharsets.UTF_8).stream()
        .filter(line -> line.contains("\"fate\":\"unchanged\""))
        .count();
  }
}
