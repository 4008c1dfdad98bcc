package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.AsOfRange;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Input rows and a view in which every key has the same number of rows, equally far apart. Which of
 * them answers an input row is known beforehand: it has the same {@value #NUMBER}, so that a join
 * on equality gives what the join as of a time must give, and is its judge as well as its rival.
 *
 * @param folder for the tables
 * @param rows of the input
 * @param keys of the view
 * @param perKey rows of each key
 * @param skewed whether half of the input's rows have one key
 */
public record HistoryWork(Path folder, long rows, long keys, long perKey, boolean skewed) {
  /** The key of input and view. */
  public static final String KEY = "k";

  /** The number of the view's row among those of its key, which the input has too. */
  public static final String NUMBER = "n";

  /** The as-of time of the input. */
  public static final String AT = "at";

  /** The event time of the view. */
  public static final String SEEN = "seen";

  private static final String VIEW = "history";
  private static final int INPUT_NUMBERS = 4;
  private static final int FEATURES = 4;
  private static final long MICROS = 1_000_000;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final long STEP_MICROS = 900 * MICROS;
  private static final int KEY_SALT = 6_000;
  private static final int NUMBER_SALT = 6_001;
  private static final int TIME_SALT = 6_002;
  private static final int SKEW_SALT = 6_003;
  private static final double SKEWED_SHARE = 0.5;

  /** Writes both tables. */
  public void write(SparkSession spark) {
    Preparation preparation = new Preparation(spark);
    Column key = Formulas.between(0, (double) keys, KEY_SALT).cast("long");
    List<Column> input = new ArrayList<>();
    input.add(col(Workload.ID));
    input.add(
        (skewed
                ? when(Formulas.uniform(SKEW_SALT).lt(lit(SKEWED_SHARE)), lit(0L)).otherwise(key)
                : key)
            .as(KEY));
    input.add(Formulas.between(0, (double) perKey, NUMBER_SALT).cast("long").as(NUMBER));
    input.addAll(numbers("x", INPUT_NUMBERS, 0));
    Column within = Formulas.between(0, STEP_MICROS, TIME_SALT).cast("long");
    save(preparation.ids(rows).select(input.toArray(Column[]::new)), within, AT, "input");
    List<Column> view = new ArrayList<>();
    view.add(col(Workload.ID));
    view.add(col(Workload.ID).mod(lit(keys)).as(KEY));
    view.add(col(Workload.ID).divide(lit(keys)).cast("long").as(NUMBER));
    view.addAll(numbers("f", FEATURES, INPUT_NUMBERS));
    save(preparation.ids(keys * perKey).select(view.toArray(Column[]::new)), lit(0L), SEEN, VIEW);
  }

  private static List<Column> numbers(String prefix, int count, int salt) {
    return IntStream.range(0, count)
        .mapToObj(i -> Formulas.between(-1, 1, salt + i).as(prefix + i))
        .toList();
  }

  private void save(Dataset<Row> rows, Column within, String time, String name) {
    Column micros =
        col(NUMBER)
            .multiply(lit(STEP_MICROS))
            .plus(lit(BEGIN.getEpochSecond() * MICROS))
            .plus(within);
    rows.withColumn(time, timestamp_micros(micros))
        .write()
        .mode("overwrite")
        .parquet(folder.resolve(name).toString());
  }

  /** The input's rows. */
  public Dataset<Row> input(SparkSession spark) {
    return spark.read().parquet(folder.resolve("input").toString());
  }

  /** The view's rows. */
  public Dataset<Row> view(SparkSession spark) {
    return spark.read().parquet(folder.resolve(VIEW).toString());
  }

  /** The columns that every contestant gives: id, the input's numbers, the features. */
  public Column[] result() {
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    IntStream.range(0, INPUT_NUMBERS).forEach(i -> columns.add(col("x" + i)));
    IntStream.range(0, FEATURES).forEach(i -> columns.add(col("f" + i)));
    return columns.toArray(Column[]::new);
  }

  /** The view as Nightjar joins it. */
  public FeatureView featureView() {
    List<Feature> features =
        IntStream.range(0, FEATURES)
            .mapToObj(
                i -> new Feature("f" + i, "f" + i, DataType.DOUBLE, new DefaultValue.Constant(0.0)))
            .toList();
    return new FeatureView(
        VIEW,
        Optional.empty(),
        Map.of(KEY, KEY),
        Optional.of(SEEN),
        new Availability.AtEventTime(),
        Optional.empty(),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        features);
  }

  /** All as-of times lie in it. */
  public AsOfRange range() {
    return new AsOfRange(BEGIN, BEGIN.plusMillis(perKey * STEP_MICROS / 1_000));
  }
}
