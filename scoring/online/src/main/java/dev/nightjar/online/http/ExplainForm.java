package dev.nightjar.online.http;

import dev.nightjar.online.request.Traced;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import dev.nightjar.online.score.ScoringQueue;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** One row of our own form, with what every stage made of it; it is scored alone. */
record ExplainForm(RowForm codec, Clock clock) implements Form {

  @Override
  public String word() {
    return "explain";
  }

  @Override
  public CompletableFuture<byte[]> submit(ScoringQueue queue, Call call) {
    return queue.submit(call.expectedNanos(), call.deadline(), () -> explained(call));
  }

  private byte[] explained(Call call) {
    RowsRequest request = codec.decode(call.body().get(), call.model().card());
    Traced traced = call.model().explain(request.rows(), call.time(clock));
    call.answered().accept(traced.answers());
    return codec.explained(traced);
  }
}
