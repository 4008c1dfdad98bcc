package dev.nightjar.online.http;

import dev.nightjar.online.model.ScoreJob;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestedRows;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request in some form, on a thread that scores. Used by one thread.
 *
 * @param <R> the request as the form decodes it
 */
final class FormJob<R> implements ScoreJob {
  private final ScoreForm<R> form;
  private final Form.Call call;
  private @Nullable R request;

  FormJob(ScoreForm<R> form, Form.Call call) {
    this.form = form;
    this.call = call;
  }

  @Override
  public int bodyBytes() {
    return call.bodyBytes();
  }

  @Override
  public RequestedRows rows() {
    R decoded = form.decode().apply(call.body().get(), call.model().card());
    request = decoded;
    return form.rows().apply(decoded);
  }

  @Override
  public Instant time() {
    return call.time(form.clock());
  }

  @Override
  public byte[] encoded(Answers answers) {
    R decoded = request;
    if (decoded == null) {
      throw new IllegalStateException("a request is decoded before it is answered");
    }
    byte[] json = form.encode().apply(decoded, answers);
    call.answered().accept(answers);
    return json;
  }
}
