package dev.nightjar.feature.spark;

import dev.nightjar.feature.Availability;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Facts that were drawn as the table of a view: keys, event, available, rank, a, b. */
final class FactTable {
  private FactTable() {}

  /**
   * The table.
   *
   * @param keys the columns of the keys
   * @param values what stands in them of a fact's key
   */
  static Dataset<Row> of(List<Fact> facts, StructType keys, Function<List<?>, List<?>> values) {
    StructType columns =
        keys.add("event", DataTypes.LongType)
            .add("available", DataTypes.LongType)
            .add("rank", DataTypes.IntegerType)
            .add("a", DataTypes.DoubleType)
            .add("b", DataTypes.StringType);
    List<Row> rows = new ArrayList<>();
    for (Fact fact : facts) {
      List<Object> row = new ArrayList<>(values.apply(fact.key()));
      row.add(fact.event());
      row.add(fact.available());
      row.add(fact.rank());
      row.add(fact.a());
      row.add(fact.b());
      rows.add(RowFactory.create(row.toArray()));
    }
    return TestSpark.session()
        .createDataFrame(rows, columns)
        .withColumn("event", functions.timestamp_micros(functions.col("event")))
        .withColumn("available", functions.timestamp_micros(functions.col("available")));
  }

  /** When the rows of such a table may be seen. */
  static Availability availability(Rule rule) {
    return switch (rule.availability()) {
      case AT_EVENT -> new Availability.AtEventTime();
      case AFTER -> new Availability.After(Duration.of(rule.delay(), ChronoUnit.MICROS));
      case AT_COLUMN -> new Availability.AtColumn("available");
    };
  }
}
