package dev.nightjar.demo;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightWorldTest {
  private static final List<String> FILES = List.of("flights.csv", "weather.csv", "planes.csv");

  @TempDir Path folder;

  @Test
  void theSameSeedGivesTheSameBytesInAnyLocaleAndZone() throws IOException {
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    Path here = folder.resolve("here");
    Path there = folder.resolve("there");
    try {
      FlightWorld.of(7).write(here);
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
      FlightWorld.of(7).write(there);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
    for (String file : FILES) {
      assertThat(there.resolve("data").resolve(file))
          .hasSameBinaryContentAs(here.resolve("data").resolve(file));
    }
  }

  @Test
  void anotherSeedGivesAnotherWorld() throws IOException {
    FlightWorld.of(7).write(folder.resolve("a"));
    FlightWorld.of(8).write(folder.resolve("b"));
    for (String file : FILES) {
      assertThat(Files.mismatch(folder.resolve("a/data/" + file), folder.resolve("b/data/" + file)))
          .isNotNegative();
    }
  }

  @Test
  void theTroublesOfFlightsAreCounted() throws IOException {
    Troubles troubles = FlightWorld.of(7).write(folder);
    List<Map<String, @Nullable Object>> flights = read("flights.csv");
    Set<Object> registered =
        read("planes.csv").stream().map(plane -> plane.get("tail_number")).collect(toSet());

    assertThat(flights).hasSize(troubles.flights());
    assertThat(troubles.flights()).isBetween(22_000, 26_000);
    assertThat(registered).hasSize(troubles.aircraft());
    assertThat(troubles.unregistered()).isPositive();
    assertThat(count(flights, "status", "cancelled")).isEqualTo(troubles.cancelled()).isPositive();
    assertThat(count(flights, "status", "ferry")).isEqualTo(troubles.ferries()).isPositive();
    assertThat(count(flights, "flight_id", null)).isEqualTo(troubles.nullKeys()).isPositive();
    assertThat(count(flights, "scheduled_departure", null))
        .isEqualTo(troubles.nullDepartures())
        .isPositive();
    assertThat(count(flights, "distance", null))
        .isEqualTo(troubles.missingDistances())
        .isPositive();
    assertThat(
            flights.stream().filter(f -> String.valueOf(f.get("distance")).startsWith("-")).count())
        .isEqualTo(troubles.negativeDistances())
        .isPositive();
    assertThat(count(flights, "tail_number", null)).isEqualTo(troubles.nullTails()).isPositive();
    assertThat(
            flights.stream()
                .map(f -> f.get("tail_number"))
                .filter(tail -> tail != null && !registered.contains(tail))
                .count())
        .isEqualTo(troubles.unknownTails())
        .isPositive();
    assertThat(count(flights, "carrier", "ZX")).isEqualTo(troubles.newCarriers()).isPositive();

    List<Object> keys =
        flights.stream().map(f -> f.get("flight_id")).filter(k -> k != null).toList();
    assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
    assertThat(troubles.duplicateFlights()).isZero();
  }

  @Test
  void theTroublesOfWeatherAreCounted() throws IOException {
    Troubles troubles = FlightWorld.of(7).write(folder);
    List<Map<String, @Nullable Object>> reports = read("weather.csv");
    assertThat(reports).hasSize(troubles.reports());

    Set<Map<String, @Nullable Object>> distinct = new HashSet<>(reports);
    assertThat(reports.size() - distinct.size())
        .isEqualTo(troubles.duplicateReports())
        .isPositive();
    Map<List<Object>, Long> hours =
        distinct.stream()
            .collect(groupingBy(r -> List.of(r.get("origin"), r.get("time_hour")), counting()));
    assertThat(hours.values().stream().filter(reported -> reported == 2).count())
        .isEqualTo(troubles.corrections())
        .isPositive();
    assertThat(3 * (FlightWorld.DAYS + 3) * 24 - hours.size())
        .isEqualTo(troubles.missingReports())
        .isPositive();
    assertThat(distinct.stream().map(FlightWorldTest::delay).toList())
        .allMatch(delay -> delay.compareTo(Duration.ZERO) > 0)
        .anyMatch(delay -> delay.compareTo(Duration.ofHours(2)) > 0);
    assertThat(troubles.lateReports()).isPositive();
    assertThat(troubles.incompleteReports()).isPositive();
    // Two reports of one hour are told apart by when they were received: nothing stays tied.
    assertThat(
            distinct.stream()
                .map(r -> List.of(r.get("origin"), r.get("time_hour"), r.get("received_at")))
                .distinct())
        .hasSameSizeAs(distinct);
  }

  @Test
  void everyDayHasFlightsAndNoneLacksReports() throws IOException {
    FlightWorld.of(7).write(folder);
    Map<LocalDate, Long> days =
        read("flights.csv").stream()
            .filter(f -> f.get("scheduled_departure") != null)
            .map(f -> Instant.parse((String) f.get("scheduled_departure")))
            .collect(groupingBy(t -> t.atZone(FlightWorld.ZONE).toLocalDate(), counting()));
    assertThat(days).hasSize(FlightWorld.DAYS);
    assertThat(days.values()).allMatch(flights -> flights > 650);
  }

  @Test
  void duplicatesAreExactAndCounted() throws IOException {
    Troubles troubles = FlightWorld.of(7).withDuplicateFlights(9).write(folder);
    List<Map<String, @Nullable Object>> flights = read("flights.csv");
    assertThat(flights).hasSize(troubles.flights());
    assertThat(troubles.duplicateFlights()).isEqualTo(9);
    assertThat(flights.size() - new HashSet<>(flights).size()).isEqualTo(9);
  }

  private static Duration delay(Map<String, @Nullable Object> report) {
    return Duration.between(
        Instant.parse((String) report.get("time_hour")),
        Instant.parse((String) report.get("received_at")));
  }

  private List<Map<String, @Nullable Object>> read(String file) {
    return PlainJoin.read(folder, Source.csv("data/" + file), Map.<String, DataType>of());
  }

  private static long count(
      List<Map<String, @Nullable Object>> rows, String column, @Nullable Object value) {
    return rows.stream()
        .filter(row -> value == null ? row.get(column) == null : value.equals(row.get(column)))
        .count();
  }
}
