package dev.nightjar.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@code scripts/bench} starts: {@code plan SCALE FOLDER JOBS}, {@code join SCALE FOLDER
 * [PARTS]}, {@code online SCALE FOLDER [PARTS]} or {@code backfill SCALE FOLDER}. Writes {@code
 * figures.json} and {@code figures.txt} into the folder and the table to the standard output. Exits
 * with 1 when a contestant fails or a row comes out differently; a goal that is missed is only
 * marked.
 */
public final class BenchMain {
  private static final Set<String> JOBS = Set.of("j1", "j2", "j3", "j4", "j5");

  /** Speed can be missed; these cannot. */
  private static final Set<String> EQUALITY =
      Set.of(
          PlanBenchmark.DIFFERING,
          PlanBenchmark.MAX_DIFFERENCE,
          JoinBenchmark.DIFFERING,
          JoinBenchmark.PARITY,
          OnlineBenchmark.DIFFERING);

  private static final Set<String> WITH_PARTS = Set.of("join", "online");
  private static final String PREFIX = "scripts/bench: ";
  private static final String QUICK = "quick";
  private static final Duration QUICK_LIMIT = Duration.ofSeconds(90);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final PrintStream PROGRESS =
      new PrintStream(System.err, true, StandardCharsets.UTF_8);

  private BenchMain() {}

  /** Runs the benchmark. */
  public static void main(String[] arguments) throws IOException {
    List<String> words = List.of(arguments);
    boolean isPlan = words.size() == 4 && words.get(0).equals("plan");
    boolean hasParts =
        (words.size() == 3 || words.size() == 4) && WITH_PARTS.contains(words.get(0));
    boolean isBackfill = words.size() == 3 && words.get(0).equals("backfill");
    if (!isPlan && !hasParts && !isBackfill) {
      PROGRESS.println(
          "usage: plan quick|normal|full FOLDER JOBS, or join|online quick|normal|full FOLDER"
              + " [PARTS], or backfill quick|normal|full FOLDER");
      System.exit(2);
    }
    String scale = words.get(1);
    Path folder = Files.createDirectories(Path.of(words.get(2))).toAbsolutePath();
    try {
      List<String> rest = words.subList(3, words.size());
      Figures figures =
          switch (words.get(0)) {
            case "plan" -> plan(scale, folder, words.get(3));
            case "join" -> join(JoinScale.of(scale), folder, rest);
            case "backfill" -> backfill(scale, folder);
            default -> online(OnlineScale.of(scale), folder, rest);
          };
      Files.writeString(folder.resolve("figures.json"), figures.json(words.get(0) + "-" + scale));
      Files.writeString(folder.resolve("figures.txt"), figures.table());
      new PrintStream(System.out, true, StandardCharsets.UTF_8).print(figures.table());
      if (figures.all().stream().anyMatch(BenchMain::isWrong)) {
        say("rows come out differently than by the reference");
        System.exit(1);
      }
    } catch (BenchException e) {
      PROGRESS.println(PREFIX + e.getMessage());
      System.exit(1);
    }
  }

  private static Figures plan(String scale, Path folder, String jobs) {
    try (PlanBenchmark benchmark =
        new PlanBenchmark(scale(scale), limit(scale), folder, jvms(), BenchMain::say)) {
      return benchmark.run(jobs(jobs));
    }
  }

  /** At most one list of parts; all that the scale measures without one. */
  private static Figures join(JoinScale scale, Path folder, List<String> parts) {
    Set<JoinBenchmark.Part> measured = parts(JoinBenchmark.Part.class, parts);
    try (JoinBenchmark benchmark =
        new JoinBenchmark(scale, limit(scale.name()), folder, jvms(), BenchMain::say)) {
      return benchmark.run(measured.isEmpty() ? JoinBenchmark.Part.of(scale) : measured);
    }
  }

  private static Figures online(OnlineScale scale, Path folder, List<String> parts) {
    Set<OnlineBenchmark.Part> measured = parts(OnlineBenchmark.Part.class, parts);
    OnlineBenchmark.Places places =
        new OnlineBenchmark.Places(
            Path.of(required("nightjar.bench.nightjar")),
            Optional.ofNullable(System.getProperty("nightjar.bench.python")),
            Path.of(required("nightjar.bench.peer")));
    try (OnlineBenchmark benchmark =
        new OnlineBenchmark(scale, folder, places, jvms(), BenchMain::say)) {
      return benchmark.run(
          measured.isEmpty() ? EnumSet.allOf(OnlineBenchmark.Part.class) : measured);
    }
  }

  private static Figures backfill(String scale, Path folder) {
    try (BackfillBenchmark benchmark =
        new BackfillBenchmark(
            BackfillBenchmark.Scale.of(scale),
            folder,
            Path.of(required("nightjar.bench.nightjar")),
            jvms(),
            BenchMain::say)) {
      return benchmark.run();
    }
  }

  private static <E extends Enum<E>> Set<E> parts(Class<E> of, List<String> lists) {
    return lists.stream()
        .flatMap(list -> Arrays.stream(list.split(",")))
        .map(part -> Enum.valueOf(of, part.toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }

  private static void say(String line) {
    PROGRESS.println(PREFIX + line);
  }

  private static Duration limit(String scale) {
    return scale.equals(QUICK) ? QUICK_LIMIT : LIMIT;
  }

  private static Jvms jvms() {
    return new Jvms(
        System.getProperty("java.class.path"),
        required("nightjar.bench.mllib.class.path"),
        Arrays.asList(required("nightjar.spark.jvm.flags").trim().split("\\s+")));
  }

  private static boolean isWrong(Figures.Figure figure) {
    return figure.missed() && EQUALITY.contains(figure.name());
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
