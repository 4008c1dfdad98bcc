package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/**
 * A view of twenty numbers that is stored to be looked up, in which every key has the same number
 * of rows, an hour apart.
 *
 * @param folder for the table
 * @param keys of the view, from 0 on
 * @param perKey rows of each key
 */
public record StoreWork(Path folder, long keys, long perKey) {
  /** The view's key, a whole number. */
  public static final String KEY = "k";

  private static final int FEATURES = 20;
  private static final String NAME = "profile";
  private static final String SEEN = "seen";
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final long HOUR_MICROS = Duration.ofHours(1).toNanos() / 1_000;
  private static final long MICROS = 1_000_000;

  /** Writes the table. */
  public void write(SparkSession spark) {
    Column number = col(Workload.ID).divide(lit(keys)).cast("long");
    List<Column> columns = new ArrayList<>();
    columns.add(col(Workload.ID).mod(lit(keys)).as(KEY));
    columns.add(
        timestamp_micros(
                number.multiply(lit(HOUR_MICROS)).plus(lit(BEGIN.getEpochSecond() * MICROS)))
            .as(SEEN));
    IntStream.range(0, FEATURES)
        .mapToObj(i -> Formulas.between(-1, 1, i).as("f" + i))
        .forEach(columns::add);
    new Preparation(spark)
        .ids(keys * perKey)
        .select(columns.toArray(Column[]::new))
        .write()
        .mode("overwrite")
        .parquet(table());
  }

  private String table() {
    return folder.resolve("table").toString();
  }

  /** Where the store lies. */
  public Path store() {
    return folder.resolve("store");
  }

  /** The view, with an age that none of its rows has reached at the {@link #end}. */
  public FeatureView view() {
    List<Feature> features =
        IntStream.range(0, FEATURES)
            .mapToObj(
                i -> new Feature("f" + i, "f" + i, DataType.DOUBLE, new DefaultValue.Constant(0.0)))
            .toList();
    return new FeatureView(
        NAME,
        Optional.of(Source.parquet(table())),
        Map.of(KEY, KEY),
        Optional.of(SEEN),
        new Availability.After(Duration.ofMinutes(10)),
        Optional.of(Duration.ofDays(30)),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        features);
  }

  /** The time of the first row. */
  public Instant begin() {
    return BEGIN;
  }

  /** A time at which all rows are visible. */
  public Instant end() {
    return BEGIN.plus(Duration.ofHours(perKey));
  }
}
