package dev.nightjar.online.http;

import dev.nightjar.online.model.ScoreJob;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestedRows;
import java.time.Clock;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request in some form, on a thread that scores. Used by one thread.
 *
 * @param <R> the request as the form decodes it
 */
final class FormJob<R> implements ScoreJob {
  private final Form.Call call;
  private final Clock clock;
  private final Function<byte[], R> decode;
  private final Function<R, RequestedRows> rows;
  private final BiFunction<R, Answers, byte[]> encode;
  private @Nullable R request;

  FormJob(
      Form.Call call,
      Clock clock,
      Function<byte[], R> decode,
      Function<R, RequestedRows> rows,
      BiFunction<R, Answers, byte[]> encode) {
    this.call = call;
    this.clock = clock;
    this.decode = decode;
    this.rows = rows;
    this.encode = encode;
  }

  @Override
  public int bodyBytes() {
    return call.bodyBytes();
  }

  @Override
  public RequestedRows rows() {
    R decoded = decode.apply(call.body().get());
    request = decoded;
    return rows.apply(decoded);
  }

  @Override
  public Instant time() {
    return Rows.time(call.model(), call.asOf(), clock);
  }

  @Override
  public byte[] encoded(Answers answers) {
    R decoded = request;
    if (decoded == null) {
      throw new IllegalStateException("a request is decoded before it is answered");
    }
    byte[] json = encode.apply(decoded, answers);
    call.answered().accept(answers);
    return json;
  }
}
