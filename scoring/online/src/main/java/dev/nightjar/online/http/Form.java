package dev.nightjar.online.http;

import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.score.ScoringQueue;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A way in which rows come in and answers go out. Thread-safe. */
interface Form {

  /** What logs and metrics call it. */
  String word();

  /**
   * Has a request decoded, scored and encoded by a thread of the queue.
   *
   * @return JSON in UTF-8
   * @throws RequestException when it cannot be done in time
   */
  CompletableFuture<byte[]> submit(ScoringQueue queue, Call call);

  /**
   * A request.
   *
   * @param model that answers
   * @param bodyBytes how long the body was, as it came
   * @param body unpacks it; may throw a {@link RequestException}
   * @param asOf the time for which it asks for features; empty for the time of the request
   * @param answered hears of the answers, for logs and metrics
   */
  record Call(
      ServedModel model,
      int bodyBytes,
      Supplier<byte[]> body,
      Optional<Instant> asOf,
      ScoringQueue.Deadline deadline,
      Consumer<Answers> answered) {

    long expectedNanos() {
      return model.serviceTime().expectedNanos(bodyBytes);
    }

    /**
     * The time for which it asks where the model has no field for it.
     *
     * @throws RequestException when it names a time and the model has a field
     */
    Instant time(Clock clock) {
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
}
