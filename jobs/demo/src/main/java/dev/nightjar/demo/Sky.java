package dev.nightjar.demo;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The true weather of a {@link FlightWorld}, hour by hour, and the reports of it. */
final class Sky {
  private static final String HEADER =
      "origin,time_hour,received_at,temp,wind_speed,wind_gust,visibility,precipitation,pressure\n";
  private static final int LATE_MINUTES = 60;
  private static final int OUTAGE_HOURS = 7;

  private record Hour(
      double temp, double wind, double visibility, double precipitation, double pressure) {}

  private final Instant start;
  private final Map<Airport, Hour[]> hours = new EnumMap<>(Airport.class);
  private final int length;

  /** The weather of these days in UTC, and of a day before and two after. */
  Sky(LocalDate firstDay, int days, SplittableRandom random) {
    start = firstDay.minusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    length = (days + 3) * 24;
    double[] front = new double[length];
    for (int hour = 1; hour < length; hour++) {
      front[hour] = 0.97 * front[hour - 1] + 0.25 * bell(random);
    }
    for (Airport airport : Airport.values()) {
      hours.put(airport, weather(front, random));
    }
  }

  /** What a front brings to one airport. */
  private static Hour[] weather(double[] front, SplittableRandom random) {
    Hour[] weather = new Hour[front.length];
    double local = 0;
    double fog = 0;
    for (int hour = 0; hour < front.length; hour++) {
      local = 0.9 * local + 0.3 * bell(random);
      fog = 0.9 * fog + 0.4 * bell(random);
      double storm = Math.max(0, front[hour] - 0.5);
      double mist = Math.max(0, fog - 1 + 0.4 * storm);
      double night = Math.abs(hour % 24 - 9) / 12.0;
      weather[hour] =
          new Hour(
              48 + 10 * night - 4 * front[hour] + 2 * local,
              Math.max(0, 9 + 3 * local + 9 * storm),
              Math.min(10, Math.max(0.2, 10 - 3 * storm - 5 * mist)),
              Math.max(0, 0.15 * (storm - 0.4) + 0.02 * local * Math.min(1, storm)),
              1016 - 9 * front[hour] + local);
    }
    return weather;
  }

  /** How much the weather adds to the log odds of a late flight. */
  double hardship(Airport airport, Instant time) {
    Hour hour = hours(airport)[(int) Duration.between(start, time).toHours()];
    return 0.13 * Math.max(0, hour.wind() - 8)
        + 0.30 * (10 - hour.visibility())
        + 4 * hour.precipitation();
  }

  private Hour[] hours(Airport airport) {
    return requireNonNull(hours.get(airport));
  }

  /** The reports as CSV, in the order of their hours. */
  String reports(SplittableRandom random, TroubleCounts counts) {
    int outage = 24 * (5 + random.nextInt(20)) + 15;
    StringBuilder csv = new StringBuilder(HEADER);
    for (int hour = 0; hour < length; hour++) {
      for (Airport airport : Airport.values()) {
        boolean silent = airport == Airport.LGA && hour >= outage && hour < outage + OUTAGE_HOURS;
        if (random.nextInt(1000) < 8 || silent) {
          counts.missingReports++;
        } else {
          for (String report : reports(airport, hour, random, counts)) {
            counts.reports++;
            csv.append(report);
          }
        }
      }
    }
    return csv.toString();
  }

  private List<String> reports(
      Airport airport, int hour, SplittableRandom random, TroubleCounts counts) {
    Hour truth = hours(airport)[hour];
    int delay = 4 + random.nextInt(11);
    if (random.nextInt(1000) < 20) {
      delay = LATE_MINUTES + 1 + random.nextInt(180);
      counts.lateReports++;
    }
    boolean incomplete = random.nextInt(1000) < 10;
    counts.incompleteReports += incomplete ? 1 : 0;
    String report = report(airport, hour, delay, truth, truth.wind(), incomplete);
    List<String> reports = new ArrayList<>(List.of(report));
    if (random.nextInt(1000) < 6) {
      // The first report misread the wind; the second one, received later, is right.
      reports.set(0, report(airport, hour, delay, truth, truth.wind() + 20, incomplete));
      reports.add(report(airport, hour, delay + 25, truth, truth.wind(), incomplete));
      counts.corrections++;
    } else if (random.nextInt(1000) < 5) {
      reports.add(report);
      counts.duplicateReports++;
    }
    return reports;
  }

  private String report(
      Airport airport, int hour, int delay, Hour truth, double wind, boolean incomplete) {
    Instant time = start.plus(Duration.ofHours(hour));
    return String.join(
            ",",
            airport.name(),
            time.toString(),
            time.plus(Duration.ofMinutes(delay)).toString(),
            incomplete ? "" : decimal(truth.temp(), 1),
            decimal(wind, 1),
            wind > 16 ? decimal(wind * 1.5, 1) : "",
            incomplete ? "" : decimal(truth.visibility(), 1),
            decimal(truth.precipitation(), 2),
            decimal(truth.pressure(), 1))
        + "\n";
  }

  /** A number with that many decimals, the same in any locale. */
  private static String decimal(double number, int decimals) {
    return BigDecimal.valueOf(number).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  /** About normal: mean 0, standard deviation 1. */
  private static double bell(SplittableRandom random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }
}
