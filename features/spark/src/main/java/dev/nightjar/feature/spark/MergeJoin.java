package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The join with views that have their keys in common and are too large to be sent round: input rows
 * and feature rows into one stream, one shuffle, one sort, one {@link MergePass}. Linear in all
 * sides plus the sort.
 *
 * <p><b>The order.</b> One number of 64 bits, so that Spark sorts by radix and compares no rows: 32
 * bits of the key's hash, then the time, in 31 bits of quanta of 2<sup>n</sup> microseconds that
 * reach over the range of as-of times, then whether it is an input row. Keys of one hash, and times
 * of one quantum, are told apart by the pass.
 *
 * <p>Input rows that match nothing (a null key, no as-of time, rejected before) are spread by the
 * hash of the whole row: by their key they would all come to one partition.
 */
final class MergeJoin {
  private static final String ORDER = "q";

  private final List<ViewTable> tables;
  private final JoinKeys keys;
  private final Optional<String> asOf;
  private final TimeQuanta quanta;

  /**
   * For one join.
   *
   * @param tables with the same keys of the input, whose views are all static, or none is
   * @param asOf empty for static views
   */
  MergeJoin(List<ViewTable> tables, Optional<String> asOf, Optional<AsOfRange> range) {
    this.tables = List.copyOf(tables);
    this.keys = tables.get(0).keys();
    this.asOf = asOf;
    this.quanta = asOf.isEmpty() ? TimeQuanta.NONE : TimeQuanta.of(range);
  }

  /**
   * The input's columns, and behind them for the views in order what {@link ViewAnswers.Merged}
   * reads.
   *
   * @param input with flags and rejection
   */
  RDD<InternalRow> join(Dataset<Row> input) {
    return sorted(input)
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(new MergePass(rules(), keys.types().size(), input.schema().size(), quanta))
        .rdd();
  }

  /** Input rows and feature rows as the pass takes them. */
  Dataset<Row> sorted(Dataset<Row> input) {
    List<StructType> featureRows = new ArrayList<>();
    List<Dataset<Row>> entries = new ArrayList<>();
    for (ViewTable table : tables) {
      Dataset<Row> ofView = table.entries();
      entries.add(ofView);
      featureRows.add((StructType) ofView.schema().apply(ViewTable.ROW).dataType());
    }
    Dataset<Row> stream = input.select(inputColumns(input.schema(), featureRows));
    for (int view = 0; view < tables.size(); view++) {
      stream = stream.union(entries.get(view).select(featureColumns(view, featureRows, input)));
    }
    return stream
        .repartition(functions.shiftright(functions.col(ORDER), Integer.SIZE))
        .sortWithinPartitions(ORDER);
  }

  private Column[] inputColumns(StructType schema, List<StructType> featureRows) {
    Column key = keys.ofInput();
    Column matches = key.isNotNull().and(Columns.named(ReservedColumns.REJECTION).isNull());
    Column time = functions.lit(0L);
    if (asOf.isPresent()) {
      matches = matches.and(Columns.named(asOf.get()).isNotNull());
      time = functions.coalesce(functions.unix_micros(Columns.named(asOf.get())), time);
    }
    List<Column> all = new ArrayList<>();
    List<Column> hashed = new ArrayList<>();
    for (StructField field : schema.fields()) {
      Column column = Columns.named(field.name());
      all.add(column.as("c" + all.size()));
      if (!holdsMap(field.dataType())) {
        hashed.add(column);
      }
    }
    Column hash =
        functions
            .when(matches, functions.xxhash64(key))
            .otherwise(functions.xxhash64(hashed.toArray(Column[]::new)));
    List<Column> columns = new ArrayList<>();
    columns.add(order(hash, time, 1).as(ORDER));
    columns.add(functions.when(matches, key).as("k"));
    columns.add(time.as("t"));
    columns.add(functions.lit(MergePass.INPUT).as("view"));
    columns.add(functions.struct(all.toArray(Column[]::new)).as("row"));
    for (int view = 0; view < featureRows.size(); view++) {
      columns.add(functions.lit(null).cast(featureRows.get(view)).as("f" + view));
    }
    return columns.toArray(Column[]::new);
  }

  private Column[] featureColumns(int view, List<StructType> featureRows, Dataset<Row> input) {
    StructType inputRow = new StructType();
    for (StructField field : input.schema().fields()) {
      inputRow = inputRow.add("c" + inputRow.size(), field.dataType(), true);
    }
    Column key = functions.col(ViewTable.KEY);
    List<Column> columns = new ArrayList<>();
    columns.add(order(functions.xxhash64(key), functions.col(ViewTable.TIME), 0).as(ORDER));
    columns.add(key.as("k"));
    columns.add(functions.col(ViewTable.TIME).as("t"));
    columns.add(functions.lit(view).as("view"));
    columns.add(functions.lit(null).cast(inputRow).as("row"));
    for (int other = 0; other < featureRows.size(); other++) {
      columns.add(
          other == view
              ? functions.col(ViewTable.ROW).as("f" + other)
              : functions.lit(null).cast(featureRows.get(other)).as("f" + other));
    }
    return columns.toArray(Column[]::new);
  }

  private Column order(Column hash, Column time, int behind) {
    return functions
        .shiftleft(hash, Integer.SIZE)
        .bitwiseOR(functions.shiftleft(quanta.of(time), 1))
        .bitwiseOR(functions.lit((long) behind));
  }

  private static boolean holdsMap(DataType type) {
    return type instanceof MapType || type.existsRecursively(t -> t instanceof MapType);
  }

  /** The columns that {@link #join} adds to the input's. */
  StructType added(int number) {
    return MergedColumns.schema(number, rules());
  }

  private List<ViewRule> rules() {
    return tables.stream().map(ViewTable::rule).toList();
  }
}
