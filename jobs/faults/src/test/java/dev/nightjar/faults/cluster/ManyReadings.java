package dev.nightjar.faults.cluster;

import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The project of readings with an input of several files, so that a run has tasks enough to be
 * broken in, and what must become of each row, computed by hand.
 */
final class ManyReadings {
  static final String DAY = TestProject.DAY;
  static final int FILES = 8;

  /** More than a batch holds, so that a task can be stopped between two. */
  private static final int ROWS_OF_A_FILE = 5_000;

  static final int ROWS = FILES * ROWS_OF_A_FILE;

  /**
   * Three sorts of stations and many of each: a view that is merged brings the rows of a station to
   * one task, and every executor shall have some.
   */
  private static final String[] SORTS = {"a", "b", "c"};

  private static final int OF_A_SORT = 32;

  /** When each sort is asked for: after its newest report, which the view gives out. */
  private static final String[] TIMES = {"10:00:00", "08:30:00", "12:00:00"};

  /** That report's temperature; the third sort has none and gets the mean of training. */
  private static final double[] TEMPERATURES = {12, 20, 11.5};

  private final TestProject project;
  private final Path folder;

  private ManyReadings(TestProject project, Path folder) {
    this.project = project;
    this.folder = folder;
  }

  /** A project in a folder that is made. */
  static ManyReadings in(Path folder) {
    ManyReadings readings = new ManyReadings(TestProject.in(Folders.create(folder)), folder);
    readings
        .project
        .replace("conf/jobs/readings.yaml", "data/readings.csv", "data/readings")
        .replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: 5%");
    try {
      Files.delete(folder.resolve("data/readings.csv"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int file = 0; file < FILES; file++) {
      readings.project.write("data/readings/" + file + ".csv", csv(file));
    }
    readings.project.write("data/weather.csv", weather());
    return readings;
  }

  private static String weather() {
    StringBuilder text = new StringBuilder("station,hour,temp\n");
    for (int of = 0; of < OF_A_SORT; of++) {
      report(text, "a" + of, "06:00:00", "10.0");
      report(text, "a" + of, "09:00:00", "12.0");
      report(text, "b" + of, "01:00:00", "NA");
      report(text, "b" + of, "08:00:00", "20.0");
    }
    return text.toString();
  }

  private static void report(StringBuilder text, String station, String time, String temperature) {
    text.append(station)
        .append(',')
        .append(DAY)
        .append('T')
        .append(time)
        .append("Z,")
        .append(temperature)
        .append('\n');
  }

  private static int sort(int id) {
    return id % SORTS.length;
  }

  private static String csv(int file) {
    StringBuilder text = new StringBuilder("id,at,x,colour,station\n");
    for (int id = file * ROWS_OF_A_FILE; id < (file + 1) * ROWS_OF_A_FILE; id++) {
      int sort = sort(id);
      text.append(id)
          .append(',')
          .append(DAY)
          .append('T')
          .append(TIMES[sort])
          .append("Z,")
          .append(x(id))
          .append(isRed(id) ? ",red," : ",green,")
          .append(SORTS[sort])
          .append(id / SORTS.length % OF_A_SORT)
          .append('\n');
    }
    return text.toString();
  }

  /** Of fifty rows, one is out of range and another is taken away by the transform's filter. */
  private static int x(int id) {
    int rest = id % 50;
    if (rest == 7) {
      return -5;
    }
    return rest == 13 ? 95 : rest;
  }

  private static boolean isRed(int id) {
    return id % 2 == 0;
  }

  Path folder() {
    return folder;
  }

  TestProject project() {
    return project;
  }

  Path output() {
    return folder.resolve("out/readings");
  }

  /** What must become of each row. */
  static Checker checker() {
    Map<String, Fate> fates = new HashMap<>();
    for (int id = 0; id < ROWS; id++) {
      fates.put(Integer.toString(id), fate(id));
    }
    return new Checker("id", "alarm", fates);
  }

  private static Fate fate(int id) {
    int x = x(id);
    if (x < 0) {
      return Fate.of("rejected");
    }
    if (x > 90) {
      return Fate.of("filtered");
    }
    double sum = 0.01 * x + (isRed(id) ? 0.5 : -0.5) + 0.02 * TEMPERATURES[sort(id)] - 0.3;
    return Fate.scored(1 / (1 + Math.exp(-sum)));
  }
}
