package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Views over shared/data/nycflights13, and the comparison of a join with expected columns. */
final class NycFlights {
  static final Path FOLDER = TestSpark.shared("data/nycflights13");

  private NycFlights() {}

  static Dataset<Row> read(String file, Map<String, DataType> types) {
    return reader().read(source(file), Map.of(), types);
  }

  static Dataset<Row> table(String file, FeatureView view) {
    return reader().read(view.withSource(Optional.of(source(file))), Map.of());
  }

  /** A view that rejects ties; a feature's column is its own name unless columns says another. */
  static FeatureView view(
      String name,
      Map<String, String> keys,
      String eventTime,
      Boundary boundary,
      Optional<Duration> maxAge,
      Availability availability,
      Map<String, DataType> features,
      Map<String, String> columns) {
    List<Feature> all =
        features.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                f ->
                    new Feature(
                        f.getKey(),
                        columns.getOrDefault(f.getKey(), f.getKey()),
                        f.getValue(),
                        new DefaultValue.None()))
            .toList();
    return new FeatureView(
        name,
        Optional.empty(),
        keys,
        Optional.of(eventTime),
        availability,
        maxAge,
        boundary,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        all);
  }

  /**
   * Rows of a sample whose joined features differ from the sample's expected columns, or that were
   * rejected, lost or doubled; those of both ways of joining together.
   *
   * @param expected feature to the column with its expected value; numbers compare as numbers
   */
  static long mismatches(
      FeatureView view,
      Dataset<Row> table,
      Dataset<Row> sample,
      String asOf,
      Map<String, String> expected) {
    long mismatches = 0;
    for (JoinWay way : JoinWay.values()) {
      mismatches += mismatches(view, table, sample, asOf, expected, way);
    }
    return mismatches;
  }

  private static long mismatches(
      FeatureView view,
      Dataset<Row> table,
      Dataset<Row> sample,
      String asOf,
      Map<String, String> expected,
      JoinWay way) {
    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(view), v -> table)
            .with(Map.of(view.name(), way))
            .join(sample, Optional.of(asOf), Optional.empty())
            .cache();
    Column differs = functions.col("_nightjar_rejection").isNotNull();
    for (Map.Entry<String, String> pair : expected.entrySet()) {
      differs =
          differs.or(
              functions.not(
                  functions.col(pair.getKey()).eqNullSafe(functions.col(pair.getValue()))));
    }
    long mismatches = joined.filter(differs).count() + Math.abs(joined.count() - sample.count());
    joined.unpersist();
    return mismatches;
  }

  private static TableReader reader() {
    return new TableReader(TestSpark.session(), FOLDER.toUri().toString());
  }

  private static Source source(String file) {
    return Source.csv(file).withNullValue("NA");
  }
}
