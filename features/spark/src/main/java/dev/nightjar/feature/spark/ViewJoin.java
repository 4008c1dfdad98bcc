package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The join with one view: input rows and feature rows into one stream, one shuffle by key, one sort
 * by time, one pass. Linear in both sides plus the sort.
 *
 * <p>Input rows that match nothing (a null key, no as-of time, rejected before) are spread by the
 * hash of the whole row: by their key they would all come to one partition.
 */
final class ViewJoin {
  /** Rejection as every stage writes it. */
  static final StructType REJECTION =
      new StructType()
          .add("stage", DataTypes.StringType)
          .add("field", DataTypes.StringType)
          .add("reason", DataTypes.StringType);

  private final FeatureView view;
  private final Optional<String> asOf;
  private final Optional<AsOfRange> range;

  ViewJoin(FeatureView view, Optional<String> asOf, Optional<AsOfRange> range) {
    this.view = view;
    this.asOf = view.isStatic() ? Optional.empty() : asOf;
    this.range = range;
  }

  /** The input, which has flags and rejection, with the view's features; nothing filled in. */
  Dataset<Row> join(Dataset<Row> input, Dataset<Row> table) {
    JoinKeys keys = JoinKeys.of(view.keys(), input.schema(), table.schema());
    ViewTable viewTable = new ViewTable(view, keys, table, range);
    Dataset<Row> young = viewTable.young();
    StructType inputRow = carried(input.schema());
    StructType featureRow = (StructType) young.schema().apply("f").dataType();

    Dataset<Row> stream =
        input
            .select(inputColumns(input.schema(), keys))
            .withColumn("f", functions.lit(null).cast(featureRow))
            .union(feature(young, AsOfPass.FEATURE, functions.col("f"), inputRow));
    if (viewTable.tooOld().isPresent()) {
      Column none = functions.lit(null).cast(featureRow);
      stream = stream.union(feature(viewTable.tooOld().get(), AsOfPass.TOO_OLD, none, inputRow));
    }
    Dataset<Row> answers =
        stream
            .repartition(functions.col("p"))
            .sortWithinPartitions("p", "k", "t", "kind")
            .mapPartitions(new AsOfPass(rule(keys)), Encoders.row(answer(inputRow)));
    return restored(answers, input.schema());
  }

  private Column[] inputColumns(StructType schema, JoinKeys keys) {
    Column matchless = keys.anyNullOfInput().or(rejection().isNotNull());
    Column time = functions.lit(0L);
    if (asOf.isPresent()) {
      matchless = matchless.or(Columns.named(asOf.get()).isNull());
      time =
          functions.coalesce(functions.unix_micros(Columns.named(asOf.get())), functions.lit(0L));
    }
    List<Column> row = new ArrayList<>();
    List<Column> hashed = new ArrayList<>();
    for (StructField field : schema.fields()) {
      Column column = Columns.named(field.name());
      row.add(Carried.of(field.dataType()).carry(column).as("c" + row.size()));
      if (!holdsMap(field.dataType())) {
        hashed.add(column);
      }
    }
    Column key = keys.ofInput();
    return new Column[] {
      functions
          .when(matchless, functions.xxhash64(hashed.toArray(Column[]::new)))
          .otherwise(functions.xxhash64(key))
          .as("p"),
      functions.when(functions.not(matchless), key).as("k"),
      time.as("t"),
      functions.lit(AsOfPass.INPUT).as("kind"),
      functions.struct(row.toArray(Column[]::new)).as("row")
    };
  }

  private static boolean holdsMap(org.apache.spark.sql.types.DataType type) {
    return type instanceof MapType || type.existsRecursively(t -> t instanceof MapType);
  }

  private static Dataset<Row> feature(
      Dataset<Row> rows, int kind, Column payload, StructType inputRow) {
    Column key = functions.col("k");
    return rows.select(
        functions.xxhash64(key).as("p"),
        key,
        functions.col("t"),
        functions.lit(kind).as("kind"),
        functions.lit(null).cast(inputRow).as("row"),
        payload.as("f"));
  }

  private AsOfPass.Rule rule(JoinKeys keys) {
    boolean bounded = !view.isStatic() && range.isPresent();
    return new AsOfPass.Rule(
        view.name(),
        new ArrayList<>(keys.input()),
        new ArrayList<>(keys.carried()),
        view.isStatic(),
        ViewTable.maxAge(view),
        view.onTie() == FeatureView.OnTie.ANY,
        view.nulls() == FeatureView.NullPolicy.LAST_KNOWN,
        view.tieBreak().size(),
        view.features().size(),
        bounded ? Timestamps.micros(range.orElseThrow().earliest()) : Long.MIN_VALUE,
        bounded ? Timestamps.micros(range.orElseThrow().latest()) : Long.MAX_VALUE);
  }

  private static StructType carried(StructType schema) {
    StructType carried = new StructType();
    for (StructField field : schema.fields()) {
      org.apache.spark.sql.types.DataType type =
          switch (Carried.of(field.dataType())) {
            case AS_IS -> field.dataType();
            case BYTES -> DataTypes.BinaryType;
            case MICROS -> DataTypes.LongType;
            case DAYS -> DataTypes.IntegerType;
          };
      carried = carried.add("c" + carried.size(), type, true);
    }
    return carried;
  }

  private StructType answer(StructType inputRow) {
    StructType answer =
        new StructType()
            .add("row", inputRow, false)
            .add("outcome", DataTypes.StringType, false)
            .add("tie", DataTypes.StringType, true);
    for (Feature feature : view.features()) {
      answer = answer.add("v" + answer.size(), passed(feature.type()), true);
    }
    return answer;
  }

  private static org.apache.spark.sql.types.DataType passed(DataType type) {
    return type == DataType.TIMESTAMP ? DataTypes.LongType : Columns.sparkType(type);
  }

  private Dataset<Row> restored(Dataset<Row> answers, StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    Column rejectedBefore = field(names.indexOf(ReservedColumns.REJECTION));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < schema.size(); i++) {
      StructField field = schema.fields()[i];
      Column column =
          switch (field.name()) {
            case ReservedColumns.FLAGS -> flags(field(i), rejectedBefore);
            case ReservedColumns.REJECTION -> rejected(rejectedBefore);
            default -> Carried.of(field.dataType()).restore(field(i), field.dataType());
          };
      columns.add(column.as(field.name(), field.metadata()));
    }
    for (int i = 0; i < view.features().size(); i++) {
      Feature feature = view.features().get(i);
      Column value = functions.col("v" + (3 + i));
      columns.add(
          (feature.type() == DataType.TIMESTAMP ? functions.timestamp_micros(value) : value)
              .as(feature.name()));
    }
    return answers.select(columns.toArray(Column[]::new));
  }

  private static Column field(int position) {
    return functions.col("row").getField("c" + position);
  }

  private Column flags(Column before, Column rejectedBefore) {
    Column outcome = functions.col("outcome");
    Column added =
        functions
            .when(rejectedBefore.isNotNull(), none())
            .when(outcome.equalTo(Outcome.STALE.name()), flag(stale(view)))
            .when(outcome.equalTo(Outcome.NO_ROW.name()), flag(noRow(view)))
            .otherwise(none());
    return functions.concat(functions.coalesce(before, none()), added);
  }

  private Column rejected(Column before) {
    Column tie = functions.col("tie");
    Column tied =
        functions
            .struct(
                functions.lit("join").as("stage"),
                functions.lit(view.name()).as("field"),
                tie.as("reason"))
            .cast(REJECTION);
    return functions.when(before.isNotNull(), before).when(tie.isNotNull(), tied);
  }

  static String stale(FeatureView view) {
    return "stale:" + view.name();
  }

  static String noRow(FeatureView view) {
    return "no-row:" + view.name();
  }

  /** No flag. */
  static Column none() {
    return functions.array().cast(DataTypes.createArrayType(DataTypes.StringType));
  }

  private static Column flag(String flag) {
    return functions.array(functions.lit(flag));
  }

  private static Column rejection() {
    return Columns.named(ReservedColumns.REJECTION);
  }
}
