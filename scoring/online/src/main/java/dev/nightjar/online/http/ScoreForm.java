package dev.nightjar.online.http;

import dev.nightjar.online.oip.TensorForm;
import dev.nightjar.online.oip.TensorRequest;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import dev.nightjar.online.score.ScoringQueue;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A form in which rows are scored, together with those of other requests that wait.
 *
 * @param <R> a request as the form decodes it
 */
record ScoreForm<R>(
    String word,
    Clock clock,
    BiFunction<byte[], ModelCard, R> decode,
    Function<R, RequestedRows> rows,
    BiFunction<R, Answers, byte[]> encode)
    implements Form {

  /** Our own form: rows as objects of named fields. */
  static ScoreForm<RowsRequest> rows(RowForm codec, Clock clock) {
    return new ScoreForm<>("rows", clock, codec::decode, RowsRequest::rows, codec::encode);
  }

  /** The Open Inference Protocol: rows as tensors. */
  static ScoreForm<TensorRequest> openInference(TensorForm codec, Clock clock) {
    return new ScoreForm<>(
        "open-inference", clock, codec::decode, TensorRequest::rows, codec::encode);
  }

  @Override
  public CompletableFuture<byte[]> submit(ScoringQueue queue, Call call) {
    return queue.submit(
        call.model().lane(), new FormJob<>(this, call), call.expectedNanos(), call.deadline());
  }
}
