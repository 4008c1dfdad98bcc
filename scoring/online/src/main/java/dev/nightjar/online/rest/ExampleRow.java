package dev.nightjar.online.rest;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestFields.RequestField;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row that a model scores, to show what one looks like. */
public final class ExampleRow {
  private ExampleRow() {}

  /**
   * The first golden row that was scored, with all fields of a request, as JSON has them: times as
   * texts. It brings its features, so nothing is looked up: keys that golden rows do not have are
   * empty texts, features that the contract does not take are null, and an as-of time that they do
   * not have is the time at which the training ended. Empty where no golden row was scored.
   */
  public static Optional<Map<String, @Nullable Object>> of(ModelCard model) {
    GoldenRows golden = model.golden();
    for (int row = 0; row < golden.rows().size(); row++) {
      GoldenRow one = golden.rows().get(row);
      if (one.isWhole() && one.values().outcome() == Outcome.SCORED) {
        ColumnBatch columns = golden.columns();
        Map<String, @Nullable Object> example = new LinkedHashMap<>();
        for (RequestField field : model.fields().all()) {
          example.put(field.name(), value(model, columns, row, field));
        }
        return Optional.of(example);
      }
    }
    return Optional.empty();
  }

  private static @Nullable Object value(
      ModelCard model, ColumnBatch columns, int row, RequestField field) {
    boolean isAsOf = model.fields().asOf().filter(field.name()::equals).isPresent();
    if (columns.schema().find(field.name()).isEmpty()) {
      if (isAsOf) {
        return model.manifest().created().toString();
      }
      return field.isKey() && field.view().isEmpty() ? "" : null;
    }
    Column column = columns.column(field.name());
    DataType type = field.type().orElse(DataType.STRING);
    Object value = Conversion.convert(column, row, type);
    if (value == Conversion.INVALID) {
      return null; // the contract took it for missing
    }
    return type == DataType.TIMESTAMP && value instanceof Long micros
        ? Timestamps.instant(micros).toString()
        : value;
  }
}
