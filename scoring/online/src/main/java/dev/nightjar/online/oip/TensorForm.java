package dev.nightjar.online.oip;

import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.json.StrictJson;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import java.util.Optional;

/**
 * Requests for inference and their answers, in JSON. What the protocol does not know in a request,
 * such as parameters, is passed over. Thread-safe.
 */
public final class TensorForm {
  private final StrictJson json;
  private final RequestLimits limits;

  public TensorForm(RequestLimits limits) {
    this.json = new StrictJson(limits);
    this.limits = limits;
  }

  /**
   * The rows of a body.
   *
   * @throws RequestException with every mistake, at most 20
   */
  public TensorRequest decode(byte[] body, ModelCard model) {
    return json.read(body, in -> new TensorReader(in, model, limits.rows()).read()).request();
  }

  /**
   * The answer to a request, in UTF-8: data flat, row by row.
   *
   * @throws RequestException when a row has no score and the request did not ask for the output
   *     that says so
   */
  public byte[] encode(TensorRequest request, Answers answers) {
    if (!request.outputs().contains(OutputTensors.OUTCOME)) {
      Optional<String> unscored = OutputTensors.unscored(answers.rows());
      if (unscored.isPresent()) {
        throw RequestException.malformed(unscored.get());
      }
    }
    ModelCard model = answers.model();
    return JsonBytes.of(
        out -> {
          out.writeStartObject();
          JsonBytes.field(out, "model_name", model.name());
          JsonBytes.field(out, "model_version", model.version());
          if (request.id().isPresent()) {
            JsonBytes.field(out, "id", request.id().get());
          }
          out.writeArrayFieldStart("outputs");
          for (String output : request.outputs()) {
            OutputTensors.write(out, model, output, request.isMatrix(), answers.rows());
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }
}
