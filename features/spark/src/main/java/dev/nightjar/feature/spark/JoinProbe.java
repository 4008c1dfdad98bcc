package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Asks the batch join what one view answers at chosen keys and times, to hold other ways to the
 * same answer against it. Keys are values as {@link dev.nightjar.feature.FeatureStore.Query} has
 * them.
 */
public final class JoinProbe {
  private static final String KEY = ReservedColumns.PREFIX + "key";
  private static final String PLACE = ReservedColumns.PREFIX + "place";
  private static final String AS_OF = ReservedColumns.PREFIX + "as_of";

  private final FeatureView view;
  private final Dataset<Row> table;
  private final JoinKeys keys;

  /**
   * Of a view.
   *
   * @param view with defaults that are constants: {@link FeatureStatistics#resolve}
   * @param table as {@link TableReader} reads it
   * @throws TableException with everything that stands against reading the view
   * @throws IllegalArgumentException when a default is a statistic
   */
  public JoinProbe(FeatureView view, Dataset<Row> table) {
    List<String> problems = JoinCheck.ofView(view, table.schema());
    if (!problems.isEmpty()) {
      throw new TableException(String.join("\n", problems));
    }
    Defaults.refuseStatistics(List.of(view));
    this.view = view;
    this.table = table;
    this.keys = JoinKeys.ofView(view, table.schema());
  }

  /**
   * A key at a time.
   *
   * @param asOf microseconds since 1970; of no account for a static view
   */
  public record Point(List<Object> key, long asOf) {
    public Point {
      key = List.copyOf(key);
    }
  }

  /**
   * What the join answers at a point.
   *
   * @param values of the view's features, in order, as plain values; null can be one
   * @param flags in their order
   * @param rejection why the row is rejected, if it is
   * @param eventTime of the newest row that answers, in microseconds; empty where none does, and
   *     for a static view
   */
  public record Answer(
      List<@Nullable Object> values,
      List<String> flags,
      Optional<String> rejection,
      OptionalLong eventTime) {
    public Answer {
      values = Collections.unmodifiableList(new ArrayList<>(values));
      flags = List.copyOf(flags);
    }
  }

  /**
   * Some keys of the table with what became visible of them, always the same ones for the same
   * table and seed.
   *
   * @param most how many keys at the most
   * @param asOf as for {@link ViewHistory}
   */
  public List<ViewHistory.OfKey> keys(int most, long seed, Optional<AsOfRange> asOf) {
    Dataset<Row> chosen =
        table
            .filter(keys.noneNullOfView())
            .select(keys.ofView().as(KEY))
            .distinct()
            .orderBy(
                functions.xxhash64(functions.col(KEY), functions.lit(seed)), functions.col(KEY))
            .limit(most);
    Dataset<Row> ofThem =
        table.join(
            functions.broadcast(chosen), keys.ofView().equalTo(functions.col(KEY)), "left_semi");
    List<ViewHistory.OfKey> found = new ArrayList<>();
    Iterator<ViewHistory.OfKey> all = new ViewHistory(view, ofThem, asOf).since(Optional.empty());
    all.forEachRemaining(found::add);
    // Partitions are no order to rest a sample on.
    found.sort((a, b) -> String.valueOf(a.key()).compareTo(String.valueOf(b.key())));
    return found;
  }

  /**
   * What the join answers at each point, in their order.
   *
   * @throws TableException when the view cannot be joined
   */
  public List<Answer> answers(List<Point> points) {
    FeatureView asked = view.isStatic() ? view : EventTimeFeature.of(view, List.of()).view();
    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(asked), named -> table)
            .join(
                rows(points),
                view.isStatic() ? Optional.empty() : Optional.of(AS_OF),
                Optional.empty());
    List<Column> columns = new ArrayList<>();
    columns.add(Columns.named(PLACE));
    columns.add(Columns.named(ReservedColumns.FLAGS));
    columns.add(Columns.named(ReservedColumns.REJECTION).getField("reason"));
    for (Feature feature : asked.features()) {
      Column value = Columns.named(feature.name());
      // As a number: Spark makes a Java object of a time by the zone of the JVM.
      columns.add(feature.type() == DataType.TIMESTAMP ? functions.unix_micros(value) : value);
    }
    @Nullable Answer[] answers = new @Nullable Answer[points.size()];
    for (Row row : joined.select(columns.toArray(Column[]::new)).collectAsList()) {
      answers[row.getInt(0)] = answer(row);
    }
    List<Answer> all = new ArrayList<>();
    for (Answer answer : answers) {
      if (answer == null) {
        throw new IllegalStateException("the join has lost a row");
      }
      all.add(answer);
    }
    return all;
  }

  private Answer answer(Row row) {
    int first = 3;
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < view.features().size(); i++) {
      values.add(row.get(first + i));
    }
    int last = first + view.features().size();
    return new Answer(
        values,
        row.getList(1),
        Optional.ofNullable(row.getString(2)),
        view.isStatic() || row.isNullAt(last)
            ? OptionalLong.empty()
            : OptionalLong.of(row.getLong(last)));
  }

  private Dataset<Row> rows(List<Point> points) {
    StructType schema = new StructType().add(PLACE, DataTypes.IntegerType, false);
    for (int i = 0; i < keys.input().size(); i++) {
      schema = schema.add(keys.input().get(i), keys.types().get(i), false);
    }
    schema = schema.add(AS_OF, DataTypes.TimestampType, false);
    List<Row> rows = new ArrayList<>();
    for (Point point : points) {
      List<Object> values = new ArrayList<>();
      values.add(rows.size());
      values.addAll(point.key());
      values.add(Timestamps.instant(point.asOf()));
      rows.add(RowFactory.create(values.toArray()));
    }
    return table.sparkSession().createDataFrame(rows, schema);
  }
}
