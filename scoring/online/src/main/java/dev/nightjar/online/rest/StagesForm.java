package dev.nightjar.online.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestFields.RequestField;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every stage made of a row, as JSON; a stage that it did not come to is empty. */
final class StagesForm {
  private StagesForm() {}

  static void write(JsonGenerator out, ModelCard model, GoldenRow row) throws IOException {
    StageValues values = row.values();
    List<String> columns = model.manifest().transformed();
    out.writeStartObject();
    out.writeObjectFieldStart("joined");
    for (Map.Entry<String, @Nullable Object> field : row.input().entrySet()) {
      Optional<RequestField> of = model.fields().find(field.getKey());
      if (of.isPresent()) {
        boolean isTime = of.get().type().filter(DataType.TIMESTAMP::equals).isPresent();
        Object value = field.getValue();
        JsonBytes.field(
            out,
            field.getKey(),
            isTime && value instanceof Long micros ? Timestamps.instant(micros).toString() : value);
      }
    }
    out.writeEndObject();
    out.writeObjectFieldStart("transform");
    double[] transformed = values.transformed();
    for (int i = 0; i < transformed.length; i++) {
      JsonBytes.field(out, columns.get(i), transformed[i]);
    }
    out.writeEndObject();
    out.writeObjectFieldStart("normalize");
    float[] normalized = values.normalized();
    for (int i = 0; i < normalized.length; i++) {
      JsonBytes.field(out, columns.get(i), normalized[i]);
    }
    out.writeEndObject();
    out.writeArrayFieldStart("model");
    for (float unit : values.activations()) {
      JsonBytes.value(out, unit);
    }
    out.writeEndArray();
    out.writeObjectFieldStart("post");
    for (Map.Entry<String, @Nullable Object> output : row.outputs().entrySet()) {
      JsonBytes.field(out, output.getKey(), output.getValue());
    }
    out.writeEndObject();
    out.writeEndObject();
  }
}
