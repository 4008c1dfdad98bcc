package dev.nightjar.online.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.config.Section;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.json.StrictJson;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RowAnswer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON objects of named fields, and their answers: an object for an object, an array for an
 * array. Thread-safe.
 *
 * <p>Numbers are decimal and become the nearest that the field's type holds; a whole number must
 * fit exactly, however it is written. Times are texts in ISO-8601 with their offset, cut to
 * microseconds. A text may be given as a whole number or as true or false, and is then what these
 * are written as. Null is a missing value, about which the contract decides.
 */
public final class RowForm {
  private static final double MICROS_OF_A_SECOND = 1e6;

  private final StrictJson json;
  private final RequestLimits limits;

  public RowForm(RequestLimits limits) {
    this.json = new StrictJson(limits);
    this.limits = limits;
  }

  /**
   * The rows of a body.
   *
   * @throws dev.nightjar.online.request.RequestException with every mistake, at most 20
   */
  public RowsRequest decode(byte[] body, ModelCard model) {
    return json.read(body, in -> new RowReader(in, model, limits.rows()).read()).request();
  }

  /** The answer to a request, in UTF-8. */
  public byte[] encode(RowsRequest request, Answers answers) {
    return JsonBytes.of(
        out -> {
          if (request.isMany()) {
            out.writeStartArray();
          }
          for (int row = 0; row < answers.rows().size(); row++) {
            write(out, answers, row);
          }
          if (request.isMany()) {
            out.writeEndArray();
          }
        });
  }

  /**
   * The answer to a request for what every stage made of its one row, in UTF-8: the row's answer,
   * and as {@code stages} what the contract got after the join, the columns of the transform, the
   * network's inputs and its units. A stage that the row did not reach has none.
   *
   * @param trace of the row
   */
  public byte[] explained(Answers answers, GoldenRow trace) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          writeParts(out, answers, 0);
          out.writeObjectFieldStart("stages");
          List<String> columns = answers.model().manifest().transformed();
          StageValues values = trace.values();
          out.writeObjectFieldStart(Stage.JOIN.word());
          for (InputField input : answers.model().manifest().contract().inputs()) {
            JsonBytes.field(out, input.name(), told(input, trace.input().get(input.name())));
          }
          out.writeEndObject();
          out.writeObjectFieldStart(Stage.TRANSFORM.word());
          for (int i = 0; i < values.transformed().length; i++) {
            JsonBytes.field(out, columns.get(i), values.transformed()[i]);
          }
          out.writeEndObject();
          out.writeObjectFieldStart(Stage.NORMALIZE.word());
          for (int i = 0; i < values.normalized().length; i++) {
            JsonBytes.field(out, columns.get(i), values.normalized()[i]);
          }
          out.writeEndObject();
          out.writeArrayFieldStart(Stage.MODEL.word());
          for (float unit : values.activations()) {
            JsonBytes.value(out, unit);
          }
          out.writeEndArray();
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  /** A value as rows are written: times as texts. */
  private static @Nullable Object told(InputField input, @Nullable Object value) {
    return input.type() == DataType.TIMESTAMP && value instanceof Long micros
        ? Timestamps.instant(micros).toString()
        : value;
  }

  /**
   * What a request is answered with that has no scores.
   *
   * @param status of HTTP
   */
  public static byte[] error(String message, String requestId, int status) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("error");
          out.writeNumberField("status", status);
          JsonBytes.field(out, "message", message);
          JsonBytes.field(out, "request-id", requestId);
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  private static void write(JsonGenerator out, Answers answers, int place) throws IOException {
    out.writeStartObject();
    writeParts(out, answers, place);
    out.writeEndObject();
  }

  private static void writeParts(JsonGenerator out, Answers answers, int place) throws IOException {
    ModelCard model = answers.model();
    RowAnswer row = answers.rows().get(place);
    out.writeStringField("outcome", row.outcome().word());
    if (row.outcome() == Outcome.SCORED) {
      writeOutputs(out, model.manifest().contract().outputSchema(), row);
    }
    if (row.rejection().isPresent()) {
      write(out, row.rejection().get());
    }
    out.writeArrayFieldStart("flags");
    for (String flag : row.flags()) {
      JsonBytes.text(out, flag);
    }
    out.writeEndArray();
    if (!row.views().isEmpty()) {
      out.writeObjectFieldStart("features");
      for (ViewAnswer view : row.views()) {
        write(out, view, answers, place);
      }
      out.writeEndObject();
    }
    JsonBytes.field(out, "model", model.name());
    JsonBytes.field(out, "version", model.version());
    JsonBytes.field(out, "bundle", model.digest());
  }

  private static void writeOutputs(JsonGenerator out, Schema outputs, RowAnswer row)
      throws IOException {
    out.writeObjectFieldStart("outputs");
    for (int i = 0; i < outputs.size(); i++) {
      JsonBytes.field(out, outputs.field(i).name(), row.outputs().get(i));
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Rejection rejection) throws IOException {
    out.writeObjectFieldStart("rejection");
    out.writeStringField("stage", rejection.stage().word());
    JsonBytes.field(out, "field", rejection.field());
    JsonBytes.field(out, "reason", rejection.reason());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, ViewAnswer view, Answers answers, int row)
      throws IOException {
    out.writeFieldName(view.view());
    out.writeStartObject();
    out.writeStringField("standing", Section.word(view.standing()));
    if (view.eventTime().isPresent()) {
      long time = view.eventTime().getAsLong();
      long age = answers.asOf().get(row) - time;
      out.writeStringField("event-time", Timestamps.instant(time).toString());
      out.writeNumberField("age-seconds", age / MICROS_OF_A_SECOND);
    }
    out.writeArrayFieldStart("provided");
    for (String feature : view.provided()) {
      JsonBytes.text(out, feature);
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
