package dev.nightjar.online.oip;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestFields.RequestField;
import dev.nightjar.online.request.Tensors;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** What the protocol tells of a server and its models, in JSON. */
public final class Metadata {
  private static final long OPEN = -1;

  private Metadata() {}

  /**
   * A model or version for {@link #index}.
   *
   * @param reason why it is not ready; empty where it is
   */
  public record Indexed(String name, String version, boolean isReady, String reason) {}

  public static byte[] live() {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          out.writeBooleanField("live", true);
          out.writeEndObject();
        });
  }

  /** Whether the server is ready; says that it lives too, as the text of the protocol has it. */
  public static byte[] ready(boolean isReady) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          out.writeBooleanField("live", true);
          out.writeBooleanField("ready", isReady);
          out.writeEndObject();
        });
  }

  /** Whether a model is ready. */
  public static byte[] modelReady(String name, boolean isReady) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          JsonBytes.field(out, "name", name);
          out.writeBooleanField("ready", isReady);
          out.writeEndObject();
        });
  }

  /**
   * The server.
   *
   * @param version of Nightjar
   * @param extensions of the protocol that it has
   */
  public static byte[] server(String version, List<String> extensions) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          out.writeStringField("name", "nightjar");
          JsonBytes.field(out, "version", version);
          writeTexts(out, "extensions", extensions);
          out.writeEndObject();
        });
  }

  /**
   * A model: its tensors with open numbers of rows. Where it is offered as a matrix that is told,
   * although columns are taken too.
   *
   * @param versions of the model that are served
   */
  public static byte[] model(ModelCard model, List<String> versions) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          JsonBytes.field(out, "name", model.name());
          writeTexts(out, "versions", versions);
          out.writeStringField("platform", platform(model));
          out.writeArrayFieldStart("inputs");
          if (model.tensors().isPresent()) {
            int inputs = model.manifest().contract().inputs().size();
            Datatype type = Datatype.of(typeOfInputs(model));
            write(out, model.tensors().get().input(), type, OPEN, inputs);
          } else {
            for (RequestField field : model.fields().all()) {
              DataType type = field.type().orElse(DataType.STRING);
              write(out, field.name(), Datatype.of(type), OPEN);
            }
          }
          out.writeEndArray();
          out.writeArrayFieldStart("outputs");
          if (model.tensors().isPresent()) {
            Tensors tensors = model.tensors().get();
            Datatype type = Datatype.of(OutputTensors.typeOfMatrix(model));
            write(out, tensors.output(), type, OPEN, OutputTensors.numbers(model).length);
          } else {
            for (Field field : model.manifest().contract().outputSchema().fields()) {
              write(out, field.name(), Datatype.of(field.type()), OPEN);
            }
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  /** The names of all models. */
  public static byte[] models(List<String> names) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          writeTexts(out, "models", names);
          out.writeEndObject();
        });
  }

  /** All models with their versions, as the extension {@code model_repository} has them. */
  public static byte[] index(List<Indexed> models) {
    return JsonBytes.of(
        out -> {
          out.writeStartArray();
          for (Indexed model : models) {
            out.writeStartObject();
            JsonBytes.field(out, "name", model.name());
            JsonBytes.field(out, "version", model.version());
            out.writeStringField("state", model.isReady() ? "READY" : "UNAVAILABLE");
            JsonBytes.field(out, "reason", model.reason());
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }

  /** What every request is answered with that fails. */
  public static byte[] error(String message) {
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          JsonBytes.field(out, "error", message);
          out.writeEndObject();
        });
  }

  /** Project and format of the network as it came from training; else what runs it. */
  private static String platform(ModelCard model) {
    Set<String> files = model.manifest().digests().keySet();
    if (files.contains("source/model.h5")) {
      return "keras_h5"; // beside the network that was imported of it
    }
    if (files.contains("source/model.onnx")) {
      return "onnx_onnx";
    }
    return files.contains("source/model.zip") ? "deeplearning4j_zip" : model.manifest().engine();
  }

  /** The type that holds the values of all inputs: doubles where any is wider than a float. */
  private static DataType typeOfInputs(ModelCard model) {
    return model.manifest().contract().inputs().stream()
            .allMatch(input -> input.type() == DataType.FLOAT)
        ? DataType.FLOAT
        : DataType.DOUBLE;
  }

  private static void write(JsonGenerator out, String name, Datatype type, long... shape)
      throws IOException {
    out.writeStartObject();
    JsonBytes.field(out, "name", name);
    out.writeStringField("datatype", type.name());
    out.writeFieldName("shape");
    out.writeArray(shape, 0, shape.length);
    out.writeEndObject();
  }

  private static void writeTexts(JsonGenerator out, String name, List<String> texts)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      JsonBytes.text(out, text);
    }
    out.writeEndArray();
  }
}
