package dev.nightjar.online.oip;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.request.Tensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that a model can answer with: one for each output; one for all numbers where it is
 * offered as a matrix; and, only when asked for, what became of the rows.
 */
final class OutputTensors {
  static final String OUTCOME = ReservedColumns.OUTCOME;
  static final String FLAGS = ReservedColumns.FLAGS;
  static final String REASON = ReservedColumns.PREFIX + "reason";

  private OutputTensors() {}

  /** The names of all of them. */
  static List<String> names(ModelCard model) {
    List<String> names = new ArrayList<>(schema(model).names());
    model
        .tensors()
        .map(Tensors::output)
        .filter(name -> !names.contains(name))
        .ifPresent(names::add);
    names.addAll(List.of(OUTCOME, FLAGS, REASON));
    return names;
  }

  /** The names of those that a request gets that names none. */
  static List<String> whenNoneAreAsked(ModelCard model, boolean isMatrix) {
    return isMatrix
        ? List.of(model.tensors().map(Tensors::output).orElseThrow())
        : schema(model).names();
  }

  /** The places of the outputs that are numbers: the columns of the matrix. */
  static int[] numbers(ModelCard model) {
    Schema schema = schema(model);
    return IntStream.range(0, schema.size())
        .filter(i -> schema.field(i).type().isNumeric())
        .toArray();
  }

  /** Double where any of the numbers is one. */
  static DataType typeOfMatrix(ModelCard model) {
    Schema schema = schema(model);
    return schema.fields().stream().anyMatch(field -> field.type() == DataType.DOUBLE)
        ? DataType.DOUBLE
        : DataType.FLOAT;
  }

  /** Writes the tensor of a name. */
  static void write(
      JsonGenerator out, ModelCard model, String name, boolean isMatrix, List<RowAnswer> rows)
      throws IOException {
    switch (name) {
      case OUTCOME ->
          writeTexts(out, name, rows.stream().map(row -> row.outcome().word()).toList());
      case FLAGS ->
          writeTexts(out, name, rows.stream().map(row -> String.join(",", row.flags())).toList());
      case REASON -> {
        List<@Nullable String> reasons = new ArrayList<>();
        rows.forEach(row -> reasons.add(row.rejection().map(OutputTensors::words).orElse(null)));
        writeTexts(out, name, reasons);
      }
      default -> {
        boolean isAll = model.tensors().map(Tensors::output).filter(name::equals).isPresent();
        Schema schema = schema(model);
        if (isAll && (isMatrix || schema.find(name).isEmpty())) {
          writeMatrix(out, model, name, rows);
        } else {
          writeColumn(out, schema, schema.position(name), rows);
        }
      }
    }
  }

  /** Where and why a row was rejected. */
  static String words(Rejection rejection) {
    String field = rejection.field().isEmpty() ? "" : "field '" + rejection.field() + "': ";
    return rejection.stage().word() + ": " + field + rejection.reason();
  }

  private static Schema schema(ModelCard model) {
    return model.manifest().contract().outputSchema();
  }

  private static void writeTexts(JsonGenerator out, String name, List<@Nullable String> texts)
      throws IOException {
    begin(out, name, DataType.STRING, texts.size());
    for (String text : texts) {
      JsonBytes.value(out, text);
    }
    end(out);
  }

  private static void writeColumn(JsonGenerator out, Schema schema, int place, List<RowAnswer> rows)
      throws IOException {
    Field field = schema.field(place);
    begin(out, field.name(), field.type(), rows.size());
    for (RowAnswer row : rows) {
      JsonBytes.value(out, value(row, place));
    }
    end(out);
  }

  private static void writeMatrix(
      JsonGenerator out, ModelCard model, String name, List<RowAnswer> rows) throws IOException {
    int[] numbers = numbers(model);
    begin(out, name, typeOfMatrix(model), rows.size(), numbers.length);
    for (RowAnswer row : rows) {
      for (int place : numbers) {
        JsonBytes.value(out, value(row, place));
      }
    }
    end(out);
  }

  private static @Nullable Object value(RowAnswer row, int place) {
    return row.outcome() == Outcome.SCORED ? row.outputs().get(place) : null;
  }

  private static void begin(JsonGenerator out, String name, DataType type, int... shape)
      throws IOException {
    out.writeStartObject();
    JsonBytes.field(out, "name", name);
    out.writeFieldName("shape");
    out.writeArray(shape, 0, shape.length);
    out.writeStringField("datatype", Datatype.of(type).name());
    out.writeArrayFieldStart("data");
  }

  private static void end(JsonGenerator out) throws IOException {
    out.writeEndArray();
    out.writeEndObject();
  }

  /** The first row without a score, with why; empty where all have one. */
  static Optional<String> unscored(List<RowAnswer> rows) {
    return IntStream.range(0, rows.size())
        .filter(row -> rows.get(row).outcome() != Outcome.SCORED)
        .mapToObj(row -> unscored(row, rows.get(row)))
        .findFirst();
  }

  private static String unscored(int place, RowAnswer row) {
    return "row "
        + place
        + row.rejection()
            .map(rejection -> " is rejected at " + words(rejection))
            .orElse(" is filtered by the model's own transform")
        + "; ask for the output '"
        + OUTCOME
        + "' to get the other rows";
  }
}
