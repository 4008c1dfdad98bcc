package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.run.RowExplanation.Computed;
import dev.nightjar.run.RowExplanation.OfView;
import dev.nightjar.spark.SampledRow;
import dev.nightjar.spark.Sampling;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Takes a few rows of the input the way that a run takes all of them, and keeps what they are at
 * each stage: the join is the run's, and the scorer seals what it made of a row as it does for the
 * parity certificate, here of every row.
 */
final class RowWay {
  private static final String PLACE = ReservedColumns.PREFIX + "place";

  /** Of every row. */
  private static final Sampling ALL = new Sampling(1, 0, Long.MAX_VALUE, Long.MAX_VALUE);

  private final SparkSession spark;
  private final Plan plan;
  private final Contract contract;

  RowWay(SparkSession spark, Plan plan) {
    this.spark = spark;
    this.plan = plan;
    this.contract = plan.scoring().contract();
  }

  /**
   * A row at each stage.
   *
   * @param row as it was read
   * @param told for people and programs
   * @param stages for the comparison: flags, values of all stages and outputs
   */
  record Taken(Row row, Computed told, GoldenRow stages) {}

  /**
   * Takes rows.
   *
   * @param rows as {@link InputRows#ofInterval} reads them, few enough to be held here
   */
  List<Taken> take(Dataset<Row> rows) {
    List<Row> before = rows.collectAsList();
    if (before.isEmpty()) {
      return List.of();
    }
    // As they are at this moment, numbered: what is read several times must not move.
    Dataset<Row> fixed = numbered(before, rows.schema());
    ViewsTold views = new ViewsTold(plan, fixed, PLACE);
    Dataset<Row> joined = ScoredRows.joined(plan, fixed);
    List<Row> behind = inPlace(joined);
    List<Row> scored = inPlace(plan.scoring().score(joined, List.of(PLACE), Optional.of(ALL)));
    List<Taken> taken = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      taken.add(taken(before.get(i), behind.get(i), scored.get(i), i, views));
    }
    return taken;
  }

  private Dataset<Row> numbered(List<Row> rows, StructType schema) {
    List<Row> numbered = new ArrayList<>();
    for (Row row : rows) {
      @Nullable Object[] values = new @Nullable Object[row.size() + 1];
      values[0] = (long) numbered.size();
      for (int i = 0; i < row.size(); i++) {
        values[i + 1] = row.get(i);
      }
      numbered.add(RowFactory.create(values));
    }
    StructType columns = new StructType().add(PLACE, DataTypes.LongType, false);
    for (var field : schema.fields()) {
      columns = columns.add(field);
    }
    return spark.createDataFrame(numbered, columns);
  }

  private static List<Row> inPlace(Dataset<Row> rows) {
    return rows.orderBy(col(PLACE)).collectAsList();
  }

  private Taken taken(Row before, Row joined, Row scored, int place, ViewsTold views) {
    Object time =
        plan.job().input().asOf().map(column -> Told.value(before.getAs(column))).orElse(null);
    Instant asOf = time instanceof Instant instant ? instant : null;
    List<String> flags = scored.getList(scored.fieldIndex(ReservedColumns.FLAGS));
    Optional<Rejection> rejection = Rejections.of(scored);
    Outcome outcome = outcome(scored);
    byte[] sealed = scored.getAs(ReservedColumns.SAMPLE);
    Optional<SampledRow> sample =
        sealed == null ? Optional.empty() : SampledRow.open(sealed, contract);
    List<String> inputs = contract.inputSchema().names();
    Map<String, @Nullable Object> came =
        sample
            .map(of -> Told.values(of.inputs(), of.row().input()))
            .orElseGet(() -> Told.values(joined, inputs));
    Map<String, @Nullable Object> outputs =
        outcome == Outcome.SCORED ? Told.values(scored, contract.outputSchema().names()) : Map.of();
    StageValues middle =
        sample
            .map(of -> of.row().values())
            .orElseGet(() -> StageValues.rejected(rejection.orElseThrow(() -> tooLong(before))));
    StageValues values =
        new StageValues(
            outcome, rejection, middle.transformed(), middle.normalized(), middle.activations());
    List<OfView> answers = views.of(place, before, joined, asOf);
    List<String> columns =
        Arrays.stream(before.schema().fieldNames())
            .filter(name -> !name.startsWith(ReservedColumns.PREFIX))
            .toList();
    Computed told =
        new Computed(
            Told.values(before, columns),
            asOf,
            answers,
            came,
            named(middle.transformed()),
            named(middle.normalized()),
            list(middle.activations()),
            outcome,
            rejection,
            new FlagWords(plan).of(flags, answers, came),
            outputs,
            decisions(outputs));
    return new Taken(before, told, new GoldenRow(Map.of(), List.copyOf(flags), values, outputs));
  }

  private static PreflightException tooLong(Row row) {
    return new PreflightException(
        List.of(
            "the row's values are too long to be told stage by stage ("
                + row.size()
                + " columns, more than 8 MB)"));
  }

  static Outcome outcome(Row row) {
    String word = row.getAs(ReservedColumns.OUTCOME);
    return Outcome.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private String name(int place, int all) {
    List<String> columns = plan.scoring().bundle().manifest().transformed();
    return columns.size() == all ? columns.get(place) : "value " + place;
  }

  private Map<String, Double> named(double[] values) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      named.put(name(i, values.length), values[i]);
    }
    return named;
  }

  private Map<String, Float> named(float[] values) {
    Map<String, Float> named = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      named.put(name(i, values.length), values[i]);
    }
    return named;
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  /** How labels follow from probabilities. */
  private List<String> decisions(Map<String, @Nullable Object> outputs) {
    List<String> words = new ArrayList<>();
    for (OutputField output : contract.outputs()) {
      if (output.threshold().isPresent() && outputs.get(output.name()) instanceof Number value) {
        double threshold = output.threshold().get();
        String label = output.columns().get(1).name();
        words.add(
            label
                + " is "
                + outputs.get(label)
                + ": "
                + output.name()
                + " "
                + value
                + (value.doubleValue() >= threshold ? " is at or above " : " is below ")
                + "the threshold "
                + threshold);
      }
    }
    return words;
  }
}
