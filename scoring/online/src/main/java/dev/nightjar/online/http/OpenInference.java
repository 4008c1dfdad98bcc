package dev.nightjar.online.http;

import dev.nightjar.online.oip.TensorForm;
import dev.nightjar.online.oip.TensorRequest;
import dev.nightjar.online.score.ScoringQueue;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

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
  public CompletableFuture<byte[]> submit(ScoringQueue queue, Call call) {
    FormJob<TensorRequest> job =
        new FormJob<>(
            call,
            clock,
            body -> codec.decode(body, call.model().card()),
            TensorRequest::rows,
            codec::encode);
    return queue.submit(call.model().lane(), job, call.expectedNanos(), call.deadline());
  }
}
