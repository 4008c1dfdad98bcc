package dev.nightjar.faults;

import dev.nightjar.config.Environment;
import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.run.TestProject;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A project whose results can be computed by hand: some hundred readings of one day in two
 * versions, old and new, that differ in every score. Each case writes to an output path of its own.
 */
final class Readings {
  static final String DAY = TestProject.DAY;
  static final int ROWS = 240;

  /** The two versions of the day's input. */
  enum Version {
    OLD(0),
    NEW(1);

    private final int shift;

    Version(int shift) {
      this.shift = shift;
    }

    String file() {
      return "data/" + name().toLowerCase(Locale.ROOT) + ".csv";
    }

    /** What must become of every row: the network is one neuron, worked out here. */
    Checker checker() {
      return new Checker("id", "alarm", fates());
    }

    /** What must be in a table, which holds scored rows alone. */
    Checker tableChecker() {
      Map<String, Fate> scored = new LinkedHashMap<>(fates());
      scored.values().removeIf(fate -> fate.score().isEmpty());
      return new Checker("id", "alarm", scored);
    }

    Version other() {
      return this == OLD ? NEW : OLD;
    }

    /** The fate of each key. */
    Map<String, Fate> fates() {
      Map<String, Fate> fates = new LinkedHashMap<>();
      for (int i = 0; i < ROWS; i++) {
        fates.put("r" + i, fate(i));
      }
      return fates;
    }

    private int x(int i) {
      return i % 60 == 59 ? -1 - shift : i % 97 + shift;
    }

    private Fate fate(int i) {
      if (x(i) < 0) {
        return Fate.of("rejected"); // the contract's range begins at 0
      }
      if (x(i) > 90) {
        return Fate.of("filtered"); // the transform's own filter
      }
      // Station s0 reports 10 degrees at midnight and one more each hour; the others never do.
      double temp = i % 3 == 0 ? 10 + i % 24 : 11.5;
      double sum = 0.01 * x(i) + (i % 2 == 0 ? 0.5 : -0.5) + 0.02 * temp - 0.3;
      return Fate.scored(1 / (1 + Math.exp(-sum)));
    }

    private String csv() {
      StringBuilder csv = new StringBuilder("id,at,x,colour,station\n");
      for (int i = 0; i < ROWS; i++) {
        csv.append(
            String.format(
                Locale.ROOT,
                "r%d,%sT%02d:30:00Z,%d,%s,s%d%n",
                i,
                DAY,
                i % 24,
                x(i),
                i % 2 == 0 ? "red" : "green",
                i % 3));
      }
      return csv.toString();
    }
  }

  private final TestProject project;
  private final Path folder;

  private Readings(TestProject project, Path folder) {
    this.project = project;
    this.folder = folder;
  }

  /** The project in a folder. */
  static Readings in(Path folder) {
    Readings readings = new Readings(TestProject.in(folder), folder);
    StringBuilder weather = new StringBuilder("station,hour,temp\n");
    for (int hour = 0; hour < 24; hour++) {
      weather.append(String.format(Locale.ROOT, "s0,%sT%02d:00:00Z,%d.0%n", DAY, hour, 10 + hour));
    }
    readings.project.write("data/weather.csv", weather.toString());
    for (Version version : Version.values()) {
      readings.project.write(version.file(), version.csv());
    }
    return readings;
  }

  /** The project's folder. */
  Path folder() {
    return folder;
  }

  TestProject project() {
    return project;
  }

  /** Where a case's results lie. */
  Path output(String name) {
    return folder.resolve("out").resolve(name);
  }

  /**
   * A job over one version of the input.
   *
   * @param name of the case, and of its output folder
   */
  Job job(String name, Version version) {
    return job(name, version, "out/" + name);
  }

  /** The same with another output path. */
  Job job(String name, Version version, String output) {
    write(name, version, output);
    return Project.open(folder, Environment.empty()).job(name);
  }

  /**
   * A job whose results go to a table.
   *
   * @param table its keys under {@code output}, with the state's
   */
  Job job(String name, Version version, String table, String state) {
    write(name, version, state);
    project.replace(
        "conf/jobs/" + name + ".yaml", "  path: " + state, table + "\n  state: " + state);
    return Project.open(folder, Environment.empty()).job(name);
  }

  /** Writes the job file alone, for a process of its own. */
  void write(String name, Version version, String output) {
    project.write(
        "conf/jobs/" + name + ".yaml",
        TestProject.JOB
            .replace("job: readings", "job: " + name)
            .replace("path: data/readings.csv", "path: " + version.file())
            .replace("path: out/readings", "path: " + output)
            .replace(
                "  pass-through: [station]", "  pass-through: [station]\n  keep: " + keep(name))
            .replace("rejected-rows: 2", "rejected-rows: 50")
            .replace("unassigned-rows: 1", "unassigned-rows: 0"));
  }

  /** Cases of the collection keep nothing, so that there is something to collect. */
  private static String keep(String name) {
    return name.startsWith("gc.") ? "0s" : "7d";
  }

  Interval interval() {
    return Interval.parse(DAY, job("any", Version.OLD).grain(), job("any", Version.OLD).zone());
  }

  /** Begins a case with a copy of a published result. */
  void copyOutput(Path from, String name) {
    copy(from, output(name));
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
