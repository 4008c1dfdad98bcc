package dev.nightjar.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code scripts/bench} starts: {@code plan SCALE JOBS FOLDER}. Writes {@code figures.json}
 * and {@code figures.txt} into the folder and the table to the standard output. Exits with 1 when a
 * contestant fails or a row comes out differently; a goal that is missed is only marked.
 */
public final class BenchMain {
  private static final Set<String> JOBS = Set.of("j1", "j2", "j3", "j4", "j5");
  private static final Duration QUICK_LIMIT = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private BenchMain() {}

  /** Runs the benchmark. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    if (arguments.length != 4 || !arguments[0].equals("plan")) {
      progress.println("usage: plan quick|normal|full JOBS FOLDER");
      System.exit(2);
    }
    Scale scale = scale(arguments[1]);
    Set<String> jobs = jobs(arguments[2]);
    Path folder = Files.createDirectories(Path.of(arguments[3])).toAbsolutePath();
    Jvms jvms =
        new Jvms(
            System.getProperty("java.class.path"),
            required("nightjar.bench.mllib.class.path"),
            Arrays.asList(required("nightjar.spark.jvm.flags").trim().split("\\s+")));
    Duration limit = scale.equals(Scale.QUICK) ? QUICK_LIMIT : LIMIT;
    try (PlanBenchmark benchmark =
        new PlanBenchmark(
            scale, limit, folder, jvms, line -> progress.println("scripts/bench: " + line))) {
      Figures figures = benchmark.run(jobs);
      Files.writeString(folder.resolve("figures.json"), figures.json("plan-" + scale.name()));
      Files.writeString(folder.resolve("figures.txt"), figures.table());
      out.print(figures.table());
      if (figures.all().stream().anyMatch(BenchMain::isWrong)) {
        progress.println("scripts/bench: rows come out differently than by the reference");
        System.exit(1);
      }
    } catch (BenchException e) {
      progress.println("scripts/bench: " + e.getMessage());
      System.exit(1);
    }
  }

  /** Speed can be missed; equality cannot. */
  private static boolean isWrong(Figures.Figure figure) {
    return figure.missed()
        && (figure.name().equals(PlanBenchmark.DIFFERING)
            || figure.name().equals(PlanBenchmark.MAX_DIFFERENCE));
  }

  private static Scale scale(String name) {
    return List.of(Scale.QUICK, Scale.NORMAL, Scale.FULL).stream()
        .filter(scale -> scale.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no scale '" + name + "'"));
  }

  private static Set<String> jobs(String list) {
    Set<String> jobs = new TreeSet<>(Arrays.asList(list.split(",")));
    if (!JOBS.containsAll(jobs)) {
      throw new IllegalArgumentException("'" + list + "' names other jobs than " + JOBS);
    }
    return jobs;
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalArgumentException(
          "the system property " + property + " is missing; start this by scripts/bench");
    }
    return value;
  }
}
