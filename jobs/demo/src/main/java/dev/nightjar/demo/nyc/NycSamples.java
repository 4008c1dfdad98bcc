package dev.nightjar.demo.nyc;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.TrainingSets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The independent samples beside the data, through the call behind {@code features join}. */
final class NycSamples {
  private static final Availability AT_ONCE = new Availability.AtEventTime();

  private final SparkSession spark;
  private final NycProject project;

  NycSamples(SparkSession spark, NycProject project) {
    this.spark = spark;
    this.project = project;
  }

  /**
   * What a comparison found.
   *
   * @param rows of the sample
   * @param mismatches rows that differ, were lost or rejected
   */
  record Comparison(String name, long rows, long mismatches) {}

  /** The weather as of 20,000 departures, by five rules. */
  List<Comparison> weather() {
    Optional<Duration> hour = Optional.of(Duration.ofHours(1));
    Optional<Duration> less = Optional.of(Duration.ofMinutes(59));
    Availability later = new Availability.After(Duration.ofHours(2));
    return List.of(
        weather("inclusive", Boundary.INCLUSIVE, Optional.empty(), AT_ONCE),
        weather("strict", Boundary.STRICT, Optional.empty(), AT_ONCE),
        weather("inclusive_ttl_1h", Boundary.INCLUSIVE, hour, AT_ONCE),
        weather("inclusive_ttl_59m", Boundary.INCLUSIVE, less, AT_ONCE),
        weather("avail2h", Boundary.INCLUSIVE, Optional.empty(), later));
  }

  /** The previous delay of 20,000 aircraft, by three rules. */
  List<Comparison> previousDelay() {
    Optional<Duration> day = Optional.of(Duration.ofHours(24));
    return List.of(
        previousDelay("inclusive", Boundary.INCLUSIVE, Optional.empty()),
        previousDelay("strict", Boundary.STRICT, Optional.empty()),
        previousDelay("inclusive_ttl_24h", Boundary.INCLUSIVE, day));
  }

  private Comparison weather(
      String variant, Boundary boundary, Optional<Duration> maxAge, Availability availability) {
    FeatureView view =
        view(
            csv("weather.csv.gz"),
            Map.of("origin", "origin"),
            "time_hour",
            availability,
            maxAge,
            boundary,
            List.of(
                feature("weather_time", "time_hour", DataType.TIMESTAMP),
                feature("temp", "temp", DataType.DOUBLE)));
    return compare(
        "weather " + variant,
        view,
        csv("expected_asof_weather_sample20k.csv.gz"),
        "sched_dep_utc",
        expected(variant, Map.of("weather_time", DataType.TIMESTAMP, "temp", DataType.DOUBLE)));
  }

  private Comparison previousDelay(String variant, Boundary boundary, Optional<Duration> maxAge) {
    FeatureView view =
        view(
            csv("flights.csv.gz"),
            Map.of("tailnum", "tailnum"),
            "dep_utc",
            AT_ONCE,
            maxAge,
            boundary,
            List.of(
                feature("ev_flight_id", "flight_id", DataType.LONG),
                feature("prev_dep_delay", "dep_delay", DataType.DOUBLE)));
    return compare(
        "previous delay " + variant,
        view,
        csv("expected_asof_tail_sample20k.csv.gz"),
        "as_of",
        expected(
            variant, Map.of("ev_flight_id", DataType.LONG, "prev_dep_delay", DataType.DOUBLE)));
  }

  /** A feature and the column of the sample that holds what it must be. */
  private record Expected(String column, DataType type) {}

  private static Map<String, Expected> expected(String variant, Map<String, DataType> features) {
    Map<String, Expected> expected = new LinkedHashMap<>();
    features.forEach((name, type) -> expected.put(name, new Expected(variant + "__" + name, type)));
    return expected;
  }

  private Comparison compare(
      String name,
      FeatureView view,
      FileSource sample,
      String asOf,
      Map<String, Expected> expected) {
    String output = "samples/" + name.replace(' ', '-') + ".parquet";
    Map<String, DataType> types = new LinkedHashMap<>();
    expected.values().forEach(one -> types.put(one.column(), one.type()));
    types.put(asOf, DataType.TIMESTAMP);
    TrainingSets.Result result =
        TrainingSets.with(spark, project.folder().toString())
            .input(sample.withColumns(types))
            .asOf(asOf)
            .views(List.of(view))
            .output(output)
            .overwrite()
            .write();
    Dataset<Row> joined = spark.read().parquet(project.folder().resolve(output).toString());
    Column differs = functions.lit(false);
    for (Map.Entry<String, Expected> feature : expected.entrySet()) {
      Column same =
          functions.col(feature.getKey()).eqNullSafe(functions.col(feature.getValue().column()));
      differs = differs.or(functions.not(same));
    }
    return new Comparison(
        name,
        result.rows() + result.rejected(),
        joined.filter(differs).count() + result.rejected());
  }

  private FileSource csv(String file) {
    return Source.csv(project.data(file).toString()).withNullValue("NA");
  }

  private static Feature feature(String name, String column, DataType type) {
    return new Feature(name, column, type, new DefaultValue.None());
  }

  private static FeatureView view(
      FileSource source,
      Map<String, String> keys,
      String eventTime,
      Availability availability,
      Optional<Duration> maxAge,
      Boundary boundary,
      List<Feature> features) {
    return new FeatureView(
        "sampled",
        Optional.of(source),
        keys,
        Optional.of(eventTime),
        availability,
        maxAge,
        boundary,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        features);
  }
}
