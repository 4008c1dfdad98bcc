package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.FeatureView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Joins feature views to input rows, each row as of its own time. Which row of a view answers is
 * said by {@link FeatureView}; every input row comes out exactly once, duplicates included.
 *
 * <p>What comes out: the input's columns, the views' features in order (of their declared types),
 * {@link ReservedColumns#FLAGS} and {@link ReservedColumns#REJECTION}. The flags are {@code
 * no-row:<view>} and {@code stale:<view>} in the order of the views, then {@code
 * imputed:<feature>}; flags that the input has stay before them. A row whose view has no row or
 * only a stale one gets the view's defaults and that one flag; {@code imputed} stands for a default
 * in place of a null in a row that did answer. A rejected row is not filled: features of the view
 * that rejected it and of later ones are null. Rows that come in rejected go out as they are, with
 * null features.
 *
 * <p><b>Why one pass is right.</b> Sorted by key and time (as-of time of an input row; of a feature
 * row the time from which on it is visible, max(event time, available time)), the feature rows
 * before an input row are exactly those visible to it, since a later as-of time sees all that an
 * earlier one saw. The answer is the greatest visible row, so a running maximum is enough, and it
 * is then too old or not; see {@link dev.nightjar.feature.VisibleRows}. Nothing is compared with an
 * inequality join and no key's history is held.
 *
 * <p><b>What is read.</b> Of a view, the needed columns of rows that as-of times between the
 * input's least and greatest can match. Older rows are read with keys and times alone, for whether
 * they exist decides between {@code stale} and {@code no-row}, and a row's flags must not depend on
 * which other rows are scored with it.
 *
 * <p>One key's rows are sorted within one task, so a view with few keys uses few tasks.
 */
public final class PointInTimeJoin {
  private final List<FeatureView> views;
  private final Function<FeatureView, Dataset<Row>> tables;

  private PointInTimeJoin(List<FeatureView> views, Function<FeatureView, Dataset<Row>> tables) {
    this.views = List.copyOf(views);
    this.tables = tables;
  }

  /**
   * A join with these views, in this order.
   *
   * @param views with defaults that are constants, for {@link #join}: {@link
   *     dev.nightjar.feature.FeatureStatistics#resolve}
   * @param tables gives each view's table, as {@link TableReader} reads it
   */
  public static PointInTimeJoin of(
      List<FeatureView> views, Function<FeatureView, Dataset<Row>> tables) {
    return new PointInTimeJoin(views, tables);
  }

  /**
   * The input with features, defaults filled in.
   *
   * @param asOfColumn a timestamp; can be empty when all views are static
   * @param range of the as-of times, when it is known; else the input is read once to find it. A
   *     row outside fails the join
   * @throws TableException with everything that {@link #check} finds
   */
  public Dataset<Row> join(
      Dataset<Row> input, Optional<String> asOfColumn, Optional<AsOfRange> range) {
    Defaults.refuseStatistics(views);
    return Defaults.fill(matched(input, asOfColumn, range), views);
  }

  /** As {@link #join}, with null where a default would stand: what statistics are computed over. */
  public Dataset<Row> matched(
      Dataset<Row> input, Optional<String> asOfColumn, Optional<AsOfRange> range) {
    Map<String, Dataset<Row>> read = new LinkedHashMap<>();
    Map<String, StructType> schemas = new LinkedHashMap<>();
    for (FeatureView view : views) {
      Dataset<Row> table = tables.apply(view);
      read.put(view.name(), table);
      schemas.put(view.name(), table.schema());
    }
    List<String> problems = check(input.schema(), asOfColumn, schemas);
    if (!problems.isEmpty()) {
      throw new TableException(String.join("\n", problems));
    }
    Dataset<Row> joined = prepared(input);
    Optional<AsOfRange> known = range.or(() -> rangeOf(joined, asOfColumn));
    Dataset<Row> result = joined;
    for (FeatureView view : views) {
      result =
          new ViewJoin(view, asOfColumn, known)
              .join(result, read.getOrDefault(view.name(), joined));
    }
    return result.select(ordered(result.columns()));
  }

  /**
   * What stands against the join, one message each: columns that are absent or of the wrong type,
   * names that collide, a missing as-of column. Empty when it can be done.
   *
   * @param tables by name of view
   */
  public List<String> check(
      StructType input, Optional<String> asOfColumn, Map<String, StructType> tables) {
    return new JoinCheck(input, asOfColumn).of(views, tables);
  }

  private static Dataset<Row> prepared(Dataset<Row> input) {
    Dataset<Row> prepared = input;
    if (Columns.field(input.schema(), ReservedColumns.FLAGS).isEmpty()) {
      prepared = prepared.withColumn(ReservedColumns.FLAGS, ViewJoin.none());
    }
    if (Columns.field(input.schema(), ReservedColumns.REJECTION).isEmpty()) {
      prepared =
          prepared.withColumn(
              ReservedColumns.REJECTION, functions.lit(null).cast(ViewJoin.REJECTION));
    }
    return prepared;
  }

  private Optional<AsOfRange> rangeOf(Dataset<Row> input, Optional<String> asOfColumn) {
    if (asOfColumn.isEmpty() || views.stream().allMatch(FeatureView::isStatic)) {
      return Optional.empty();
    }
    Column time = functions.unix_micros(Columns.named(asOfColumn.get()));
    Row ends =
        input
            .filter(Columns.named(ReservedColumns.REJECTION).isNull())
            .agg(functions.min(time), functions.max(time))
            .head();
    return ends.isNullAt(0)
        ? Optional.empty()
        : Optional.of(AsOfRange.ofMicros(ends.getLong(0), ends.getLong(1)));
  }

  private static Column[] ordered(String[] names) {
    List<String> ordered = new ArrayList<>(Arrays.asList(names));
    ordered.remove(ReservedColumns.FLAGS);
    ordered.remove(ReservedColumns.REJECTION);
    ordered.add(ReservedColumns.FLAGS);
    ordered.add(ReservedColumns.REJECTION);
    return ordered.stream().map(Columns::named).toArray(Column[]::new);
  }
}
