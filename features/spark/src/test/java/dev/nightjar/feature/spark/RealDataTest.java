package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flights of 2013 with the weather at their origin and the delay of their aircraft before. */
@Tag("soak")
class RealDataTest {
  @BeforeEach
  void data_is_there() {
    assumeTrue(Files.isDirectory(NycFlights.FOLDER), "no real data at " + NycFlights.FOLDER);
  }

  @ParameterizedTest
  @CsvSource({
    "inclusive, INCLUSIVE, , ",
    "strict, STRICT, , ",
    "inclusive_ttl_1h, INCLUSIVE, PT1H, ",
    "inclusive_ttl_59m, INCLUSIVE, PT59M, ",
    "avail2h, INCLUSIVE, , PT2H"
  })
  void weather_is_the_independently_computed_one(
      String variant, Boundary boundary, Duration maxAge, Duration delay) {
    FeatureView view =
        NycFlights.view(
            "weather",
            Map.of("origin", "origin"),
            "time_hour",
            boundary,
            Optional.ofNullable(maxAge),
            delay == null ? new Availability.AtEventTime() : new Availability.After(delay),
            Map.of("weather_time", DataType.TIMESTAMP, "temp", DataType.DOUBLE),
            Map.of("weather_time", "time_hour"));
    Map<String, DataType> types =
        Map.of(
            "sched_dep_utc",
            DataType.TIMESTAMP,
            variant + "__weather_time",
            DataType.TIMESTAMP,
            variant + "__temp",
            DataType.DOUBLE);
    Dataset<Row> sample = NycFlights.read("expected_asof_weather_sample20k.csv.gz", types);

    long mismatches =
        NycFlights.mismatches(
            view,
            NycFlights.table("weather.csv.gz", view),
            sample,
            "sched_dep_utc",
            Map.of(
                "weather_time", variant + "__weather_time",
                "temp", variant + "__temp"));

    report("weather " + variant, sample.count(), mismatches);
  }

  @ParameterizedTest
  @CsvSource({"inclusive, INCLUSIVE, ", "strict, STRICT, ", "inclusive_ttl_24h, INCLUSIVE, PT24H"})
  void delay_of_the_aircraft_before_is_the_independently_computed_one(
      String variant, Boundary boundary, Duration maxAge) {
    FeatureView view =
        NycFlights.view(
            "aircraft",
            Map.of("tailnum", "tailnum"),
            "dep_utc",
            boundary,
            Optional.ofNullable(maxAge),
            new Availability.AtEventTime(),
            Map.of("event_flight", DataType.LONG, "prev_dep_delay", DataType.DOUBLE),
            Map.of("event_flight", "flight_id", "prev_dep_delay", "dep_delay"));
    Map<String, DataType> types =
        Map.of(
            "as_of",
            DataType.TIMESTAMP,
            variant + "__ev_flight_id",
            DataType.DOUBLE,
            variant + "__prev_dep_delay",
            DataType.DOUBLE);
    Dataset<Row> sample = NycFlights.read("expected_asof_tail_sample20k.csv.gz", types);

    long mismatches =
        NycFlights.mismatches(
            view,
            NycFlights.table("flights.csv.gz", view),
            sample,
            "as_of",
            Map.of(
                "event_flight", variant + "__ev_flight_id",
                "prev_dep_delay", variant + "__prev_dep_delay"));

    report("tail " + variant, sample.count(), mismatches);
  }

  private static void report(String name, long rows, long mismatches) {
    System.out.println(name + ": " + rows + " rows, " + mismatches + " mismatches");
    assertThat(rows).isEqualTo(20_000);
    assertThat(mismatches).isZero();
  }
}
