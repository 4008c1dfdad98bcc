package dev.nightjar.certificate;

import static org.apache.spark.sql.functions.col;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.spark.SampledRow;
import dev.nightjar.spark.SparkTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Reads the chosen rows of written files back, in one pass over the columns that it needs. */
final class SampleFile {
  private final Contract contract;
  private final List<String> key;
  private final List<Field> outputs;

  SampleFile(Contract contract, List<String> key) {
    this.contract = contract;
    this.key = key;
    this.outputs = contract.outputSchema().fields();
  }

  /**
   * The chosen rows, in no order.
   *
   * @throws DamagedSampleException when one does not carry what was sealed
   */
  List<WrittenRow> read(Dataset<Row> written) {
    List<Column> columns = new ArrayList<>();
    key.forEach(name -> columns.add(quoted(name).cast("string")));
    outputs.forEach(output -> columns.add(quoted(output.name())));
    columns.add(col(ReservedColumns.FLAGS));
    columns.add(col(ReservedColumns.OUTCOME));
    columns.add(col(ReservedColumns.REJECTION));
    columns.add(col(ReservedColumns.SAMPLE));
    return written
        .filter(col(ReservedColumns.SAMPLE).isNotNull())
        .select(columns.toArray(Column[]::new))
        .collectAsList()
        .stream()
        .map(this::row)
        .toList();
  }

  private WrittenRow row(Row row) {
    int next = key.size() + outputs.size();
    List<String> flags = row.getList(next);
    Outcome outcome = Outcome.valueOf(row.getString(next + 1).toUpperCase(Locale.ROOT));
    Optional<Rejection> rejection =
        row.isNullAt(next + 2) ? Optional.empty() : Optional.of(rejection(row.getStruct(next + 2)));
    SampledRow sampled =
        SampledRow.open(row.getAs(next + 3), contract)
            .orElseThrow(() -> new DamagedSampleException(keyOf(row)));
    GoldenRow made = sampled.row();
    StageValues values =
        new StageValues(
            outcome,
            rejection,
            made.values().transformed(),
            made.values().normalized(),
            made.values().activations());
    // The flags of the join stand before the scorer's, of which there are as many as were sealed.
    List<String> own = flags.subList(Math.max(0, flags.size() - made.flags().size()), flags.size());
    return new WrittenRow(
        keyOf(row),
        sampled.number(),
        sampled.inputs(),
        new GoldenRow(made.input(), List.copyOf(own), values, outputs(row)));
  }

  private static Rejection rejection(Row why) {
    return new Rejection(
        Stage.valueOf(why.getString(0).toUpperCase(Locale.ROOT)),
        why.getString(1),
        why.getString(2));
  }

  /** What the files have as outputs; empty when all are null. */
  private Map<String, @Nullable Object> outputs(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    boolean isEmpty = true;
    for (int i = 0; i < outputs.size(); i++) {
      Object value = SparkTypes.value(row.get(key.size() + i));
      isEmpty &= value == null;
      values.put(outputs.get(i).name(), value);
    }
    return isEmpty ? Map.of() : values;
  }

  private String keyOf(Row row) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      parts.add(key.get(i) + "=" + row.getString(i));
    }
    return String.join(", ", parts);
  }

  private static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
