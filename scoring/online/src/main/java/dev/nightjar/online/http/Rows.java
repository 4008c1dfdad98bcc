package dev.nightjar.online.http;

import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.Traced;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import dev.nightjar.online.score.ScoringQueue;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Our own form: rows as objects of named fields. */
final class Rows implements Form {
  private final RowForm codec;
  private final Clock clock;

  Rows(RowForm codec, Clock clock) {
    this.codec = codec;
    this.clock = clock;
  }

  @Override
  public String word() {
    return "rows";
  }

  @Override
  public CompletableFuture<byte[]> submit(ScoringQueue queue, Call call) {
    FormJob<RowsRequest> job =
        new FormJob<>(
            call,
            clock,
            body -> codec.decode(body, call.model().card()),
            RowsRequest::rows,
            codec::encode);
    return queue.submit(call.model().lane(), job, call.expectedNanos(), call.deadline());
  }

  /** One row of it, with what every stage made of the row. */
  Form explained() {
    return new Form() {
      @Override
      public String word() {
        return "explain";
      }

      @Override
      public CompletableFuture<byte[]> submit(ScoringQueue queue, Call call) {
        return queue.submit(call.expectedNanos(), call.deadline(), () -> explained(call));
      }
    };
  }

  private byte[] explained(Form.Call call) {
    RowsRequest request = codec.decode(call.body().get(), call.model().card());
    Traced traced = call.model().explain(request.rows(), time(call.model(), call.asOf(), clock));
    call.answered().accept(traced.answers());
    return codec.explained(traced);
  }

  /** The time for which a request that names no field asks. */
  static Instant time(ServedModel model, Optional<Instant> asOf, Clock clock) {
    Optional<String> field = model.card().fields().asOf();
    if (asOf.isPresent() && field.isPresent()) {
      throw RequestException.malformed(
          "this model takes the as-of time of each row from its field '"
              + field.get()
              + "'; leave the parameter as-of out");
    }
    return asOf.orElseGet(clock::instant);
  }
}
