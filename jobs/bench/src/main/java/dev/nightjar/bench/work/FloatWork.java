package dev.nightjar.bench.work;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.OutputField.Kind;
import dev.nightjar.data.DataType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/** Rows of floats that go to the network as they are. */
abstract class FloatWork implements Workload {
  /** What every contestant gives: one number between 0 and 1. */
  static final List<OutputField> OUTPUTS =
      List.of(
          new OutputField(SCORE, DataType.FLOAT, Kind.PROBABILITY, 0, Optional.empty(), List.of()));

  private final int width;
  private final Layout layout;

  FloatWork(int width, Layout layout) {
    this.width = width;
    this.layout = layout;
  }

  private List<String> names() {
    return IntStream.range(0, width).mapToObj(i -> "f" + i).toList();
  }

  @Override
  public List<Column> columns() {
    return IntStream.range(0, width)
        .mapToObj(i -> Formulas.between(-1, 1, i).cast("float").as("f" + i))
        .toList();
  }

  @Override
  public Contract contract() {
    return new Contract(names().stream().map(FloatWork::input).toList(), OUTPUTS, layout);
  }

  private static InputField input(String name) {
    return new InputField(
        name,
        DataType.FLOAT,
        false,
        List.of(),
        OnMissing.IMPUTE,
        Optional.of(0.0f),
        Optional.of(new InputField.Range(-100, 100)),
        OnInvalid.REJECT,
        OnUnknown.REJECT,
        Optional.empty());
  }

  @Override
  public TransformProcess transform() {
    return new TransformProcess.Builder(
            new Schema.Builder().addColumnsFloat(names().toArray(String[]::new)).build())
        .build();
  }

  @Override
  public boolean isNormalized() {
    return false;
  }

  @Override
  public RowEncoder encoder() {
    int columns = width;
    return (row, into, at) -> copy(row, columns, into, at);
  }

  private static void copy(Row row, int columns, float[] into, int at) {
    for (int i = 0; i < columns; i++) {
      into[at + i] = row.isNullAt(i + 1) ? 0 : row.getFloat(i + 1);
    }
  }
}
