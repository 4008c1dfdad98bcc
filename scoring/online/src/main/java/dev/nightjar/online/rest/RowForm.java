package dev.nightjar.online.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.config.Section;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.json.StrictJson;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.request.Traced;
import java.io.IOException;

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

  /** One row, with what every stage made of it. */
  public byte[] explained(Traced traced) {
    Answers answers = traced.answers();
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          writeFields(out, answers, 0);
          if (traced.row().isPresent()) {
            out.writeFieldName("stages");
            StagesForm.write(out, answers.model(), traced.row().get());
          }
          out.writeEndObject();
        });
  }

  private static void write(JsonGenerator out, Answers answers, int place) throws IOException {
    out.writeStartObject();
    writeFields(out, answers, place);
    out.writeEndObject();
  }

  private static void writeFields(JsonGenerator out, Answers answers, int place)
      throws IOException {
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
