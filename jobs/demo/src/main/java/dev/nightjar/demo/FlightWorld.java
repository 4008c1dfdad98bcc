package dev.nightjar.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A month of flights from three airports, with the weather there and the register of aircraft; all
 * made up, and the same bytes for the same seed on any machine. Lateness truly depends on weather,
 * hour, carrier and age of the aircraft, and on luck. The rows have the troubles that real ones
 * have, and {@link Troubles} counts them.
 *
 * @param seed of everything that is drawn
 * @param flightsADay about how many flights leave on a weekday
 * @param duplicateFlights how many rows of flights to write twice
 */
public record FlightWorld(long seed, int flightsADay, int duplicateFlights) {
  /** In which the days of the world begin. */
  public static final ZoneId ZONE = ZoneId.of("America/New_York");

  /** The first of the days; clocks go back on the third. */
  public static final LocalDate FIRST_DAY = LocalDate.of(2013, 11, 1);

  /** How many days of flights there are. */
  public static final int DAYS = 30;

  /** The day on which a carrier appears that none before has seen. */
  public static final LocalDate NEW_CARRIER_FROM = LocalDate.of(2013, 11, 25);

  private static final List<Airport> AIRPORTS = List.of(Airport.values());
  private static final List<Carrier> CARRIERS = List.of(Carrier.values());
  private static final String NEW_CARRIER = "ZX";
  private static final int PLANES_A_CARRIER = 60;
  private static final int DESTINATIONS = 40;

  /** How much later than the others a flight of the carrier tends to be, in log odds. */
  private enum Carrier {
    UA(24, 0.0, 160),
    B6(22, 0.3, 150),
    EV(18, 0.7, 50),
    DL(15, -0.5, 160),
    AA(10, -0.2, 150),
    MQ(6, 0.4, 70),
    WN(4, -0.1, 140),
    HA(1, -0.9, 250);

    final int share;
    final double lateness;
    final int seats;

    Carrier(int share, double lateness, int seats) {
      this.share = share;
      this.lateness = lateness;
      this.seats = seats;
    }
  }

  private record Plane(String tail, Carrier carrier, int year, int seats, boolean registered) {}

  private record Destination(String code, int distance) {}

  /** A month of the usual size, without duplicate flights. */
  public static FlightWorld of(long seed) {
    return new FlightWorld(seed, 820, 0);
  }

  /** The same world in which some rows of flights stand twice. */
  public FlightWorld withDuplicateFlights(int count) {
    return new FlightWorld(seed, flightsADay, count);
  }

  /** Writes {@code data/flights.csv}, {@code weather.csv} and {@code planes.csv} of a project. */
  public Troubles write(Path project) throws IOException {
    SplittableRandom root = new SplittableRandom(seed);
    Sky sky = new Sky(FIRST_DAY, DAYS, root.split());
    List<Plane> fleet = fleet(root.split());
    TroubleCounts counts = new TroubleCounts();
    String weather = sky.reports(root.split(), counts);
    String flights = flights(fleet, sky, root.split(), counts);
    Path data = Files.createDirectories(project.resolve("data"));
    write(data.resolve("weather.csv"), weather);
    write(data.resolve("flights.csv"), flights);
    write(data.resolve("planes.csv"), register(fleet, counts));
    return counts.troubles();
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private static List<Plane> fleet(SplittableRandom random) {
    List<Plane> fleet = new ArrayList<>();
    for (Carrier carrier : CARRIERS) {
      for (int i = 0; i < PLANES_A_CARRIER; i++) {
        fleet.add(
            new Plane(
                "N" + (100 + i) + carrier,
                carrier,
                2013 - random.nextInt(26),
                carrier.seats + 10 * random.nextInt(4),
                random.nextInt(100) >= 8));
      }
    }
    return fleet;
  }

  private static String register(List<Plane> fleet, TroubleCounts counts) {
    StringBuilder csv = new StringBuilder("tail_number,year,seats\n");
    for (Plane plane : fleet) {
      if (plane.registered()) {
        counts.aircraft++;
        csv.append(plane.tail()).append(',').append(plane.year()).append(',');
        csv.append(plane.seats()).append('\n');
      } else {
        counts.unregistered++;
      }
    }
    return csv.toString();
  }

  private String flights(
      List<Plane> fleet, Sky sky, SplittableRandom random, TroubleCounts counts) {
    List<Destination> destinations =
        IntStream.range(0, DESTINATIONS)
            .mapToObj(i -> new Destination(code(i), 190 + 65 * i + random.nextInt(60)))
            .toList();
    List<String> rows = new ArrayList<>();
    for (int day = 0; day < DAYS; day++) {
      LocalDate date = FIRST_DAY.plusDays(day);
      int flights = flightsADay - (date.getDayOfWeek().getValue() >= 6 ? flightsADay / 10 : 0);
      int[] minutes = IntStream.range(0, flights).map(i -> minuteOfDay(random)).sorted().toArray();
      for (int minute : minutes) {
        Plane plane = plane(fleet, random);
        Destination destination = destinations.get(random.nextInt(DESTINATIONS));
        rows.add(flight(rows.size() + 1, date, minute, plane, destination, sky, random, counts));
      }
    }
    for (int i = 0; i < duplicateFlights; i++) {
      rows.add(rows.get(random.nextInt(rows.size() - i)));
    }
    counts.flights = rows.size();
    counts.duplicateFlights = duplicateFlights;
    return "flight_id,carrier,flight,tail_number,origin,destination,distance,scheduled_departure,"
        + "status,arrival_delay\n"
        + String.join("", rows);
  }

  private static String flight(
      int id,
      LocalDate date,
      int minute,
      Plane plane,
      Destination destination,
      Sky sky,
      SplittableRandom random,
      TroubleCounts counts) {
    Airport origin = AIRPORTS.get(random.nextInt(AIRPORTS.size()));
    Instant departure = date.atTime(minute / 60, minute % 60).atZone(ZONE).toInstant();
    double odds =
        -3.0
            + sky.hardship(origin, departure)
            + 0.18 * (minute / 60.0 - 13)
            + 1.4 * plane.carrier().lateness
            + 0.06 * (2013 - plane.year() - 12)
            + (origin == Airport.LGA ? 0.3 : 0);
    long delay = Math.round(15 + 14 * (odds + luck(random)));
    String key = Integer.toString(id);
    String carrier = plane.carrier().name();
    String tail = plane.tail();
    String distance = destination.distance() + ".0";
    String time = departure.toString();
    String status = "scheduled";
    int trouble = random.nextInt(10_000);
    if (trouble < 120) {
      status = "cancelled";
      counts.cancelled++;
    } else if (trouble < 180) {
      status = "ferry";
      counts.ferries++;
    } else if (trouble < 186) {
      key = "";
      counts.nullKeys++;
    } else if (trouble < 206) {
      time = "";
      counts.nullDepartures++;
    } else if (trouble < 216) {
      distance = "-" + distance;
      counts.negativeDistances++;
    } else if (trouble < 228) {
      distance = "";
      counts.missingDistances++;
    } else if (trouble < 278) {
      tail = "";
      counts.nullTails++;
    } else if (trouble < 378 && !date.isBefore(NEW_CARRIER_FROM)) {
      carrier = NEW_CARRIER;
      counts.newCarriers++;
    }
    if (!tail.isEmpty() && !plane.registered()) {
      counts.unknownTails++;
    }
    return String.join(
            ",",
            key,
            carrier,
            Integer.toString(100 + random.nextInt(2900)),
            tail,
            origin.name(),
            destination.code(),
            distance,
            time,
            status,
            status.equals("scheduled") ? Long.toString(delay) : "")
        + "\n";
  }

  /** From 05:00 to 22:59, most in the morning and in the late afternoon. */
  private static int minuteOfDay(SplittableRandom random) {
    int[] peaks = {5 * 60, 6 * 60, 14 * 60};
    int[] widths = {18 * 60, 4 * 60, 6 * 60};
    int peak = random.nextInt(peaks.length);
    return (peaks[peak] + random.nextInt(widths[peak])) / 5 * 5;
  }

  private static Plane plane(List<Plane> fleet, SplittableRandom random) {
    int drawn = random.nextInt(CARRIERS.stream().mapToInt(c -> c.share).sum());
    int carrier = 0;
    while (drawn >= CARRIERS.get(carrier).share) {
      drawn -= CARRIERS.get(carrier++).share;
    }
    return fleet.get(carrier * PLANES_A_CARRIER + random.nextInt(PLANES_A_CARRIER));
  }

  private static String code(int i) {
    return "" + (char) ('A' + i / 8) + (char) ('A' + i % 8) + (char) ('A' + i * 7 % 26);
  }

  /** A draw from the logistic distribution, so that the odds above are the label's own. */
  private static double luck(SplittableRandom random) {
    double share = random.nextDouble(1e-6, 1 - 1e-6);
    return StrictMath.log(share / (1 - share));
  }
}
