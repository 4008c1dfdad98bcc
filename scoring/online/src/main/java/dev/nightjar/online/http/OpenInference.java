package dev.nightjar.online.http;

import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.oip.TensorForm;
import dev.nightjar.online.oip.TensorRequest;
import dev.nightjar.online.request.Answers;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The Open Inference Protocol: rows as tensors. */
final class OpenInference implements Form {
  private final TensorForm codec;
  private final Clock clock;

  OpenInference(TensorForm codec, Clock clock) {
    this.codec = codec;
    this.clock = clock;
  }

  @Override
  public String word() {
    return "open-inference";
  }

  @Override
  public Reply reply(ServedModel model, byte[] body, Optional<Instant> asOf) {
    TensorRequest request = codec.decode(body, model.card());
    Answers answers = model.score(request.rows(), Rows.time(model, asOf, clock));
    return new Reply(codec.encode(request, answers), answers);
  }
}
