package dev.nightjar.online.http;

import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.Traced;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

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
  public Reply reply(ServedModel model, byte[] body, Optional<Instant> asOf) {
    RowsRequest request = codec.decode(body, model.card());
    Answers answers = model.score(request.rows(), time(model, asOf, clock));
    return new Reply(codec.encode(request, answers), answers);
  }

  /** One row of it, with what every stage made of the row. */
  Form explained() {
    return new Form() {
      @Override
      public String word() {
        return "explain";
      }

      @Override
      public Reply reply(ServedModel model, byte[] body, Optional<Instant> asOf) {
        RowsRequest request = codec.decode(body, model.card());
        Traced traced = model.explain(request.rows(), time(model, asOf, clock));
        return new Reply(codec.explained(traced), traced.answers());
      }
    };
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
