package dev.nightjar.demo.nyc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

/**
 * The flights, read without Spark and without anything of ours: what the published results are held
 * against.
 *
 * @param scored ids of the flights whose time lies in the scored months
 * @param unassigned how many flights have no time
 * @param late by id, whether a flight of the scored months landed 15 minutes late or more; flights
 *     that never arrived are not here
 */
record NycFlights(Set<Long> scored, long unassigned, Map<Long, Boolean> late) {
  private static final Instant FROM = Instant.parse("2013-11-01T04:00:00Z");
  private static final Instant TO = Instant.parse("2014-01-01T05:00:00Z");
  private static final double LATE = 15;

  static NycFlights read(Path file) throws IOException {
    Set<Long> scored = new TreeSet<>();
    Map<Long, Boolean> late = new HashMap<>();
    long unassigned = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> header = List.of(lines.readLine().split(",", -1));
      int id = header.indexOf("flight_id");
      int time = header.indexOf("sched_dep_utc");
      int delay = header.indexOf("arr_delay");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] values = line.split(",", -1);
        if (isNull(values[time])) {
          unassigned++;
          continue;
        }
        Instant departure = Instant.parse(values[time]);
        if (!departure.isBefore(FROM) && departure.isBefore(TO)) {
          Long key = Long.valueOf(values[id]);
          scored.add(key);
          if (!isNull(values[delay])) {
            late.put(key, Double.parseDouble(values[delay]) >= LATE);
          }
        }
      }
    }
    return new NycFlights(scored, unassigned, late);
  }

  private static boolean isNull(String value) {
    return value.isEmpty() || value.equals("NA");
  }

  /** The labels of these flights, in their order; flights without one are left out of both. */
  static List<Long> labelled(Map<Long, Float> scores, Map<Long, Boolean> late) {
    List<Long> ids = new ArrayList<>(scores.keySet());
    ids.retainAll(late.keySet());
    return ids;
  }
}
