package dev.nightjar.online.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.score.ScoringQueue.Announcement;
import dev.nightjar.online.score.ScoringQueue.Deadline;
import dev.nightjar.online.settings.ServingLimits;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Scores what comes in, in one form. The thread of the socket only collects the body; all else is
 * done by a thread of the queue.
 */
final class ScoreService implements HttpService {
  /** How long a client waits for the answer, in milliseconds; less than the endpoint's deadline. */
  static final AsciiString TIMEOUT = AsciiString.cached("x-request-timeout-ms");

  /** For the answer to be written, behind the deadline. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final ResponseHeaders OK =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.JSON)
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .build();

  private final Form form;
  private final ServedModels models;
  private final ScoringQueue queue;
  private final ServingLimits limits;

  ScoreService(Form form, ServedModels models, ScoringQueue queue, ServingLimits limits) {
    this.form = form;
    this.models = models;
    this.queue = queue;
    this.limits = limits;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    Tally.of(context).form(form.word());
    Duration allowed = allowed(request.headers());
    Optional<Instant> asOf = asOf(context);
    BodyEncoding encoding = BodyEncoding.of(request.headers());
    ServedModel model =
        models.retained(
            String.valueOf(context.pathParam("model")),
            Optional.ofNullable(context.pathParam("version")));
    Tally.of(context).model(model.card());
    try {
      Deadline head = queue.within(allowed);
      Announcement announcement = queue.announce(expectedNanos(model, request), head);
      // A body that does not come must not keep others away.
      var unused =
          context
              .eventLoop()
              .schedule(announcement::close, allowed.toMillis(), TimeUnit.MILLISECONDS);
      CompletableFuture<HttpResponse> answer =
          request
              .aggregate()
              .whenComplete((whole, failed) -> announcement.close())
              .thenCompose(whole -> answered(context, whole, encoding, asOf, model, head))
              .whenComplete((done, failed) -> model.release());
      return HttpResponse.of(answer);
    } catch (RequestException e) {
      model.release();
      throw e;
    }
  }

  private static long expectedNanos(ServedModel model, HttpRequest request) {
    long bytes = Math.max(0, request.headers().contentLength());
    return model.serviceTime().expectedNanos((int) Math.min(Integer.MAX_VALUE, bytes));
  }

  private CompletableFuture<HttpResponse> answered(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      BodyEncoding encoding,
      Optional<Instant> asOf,
      ServedModel model,
      Deadline head) {
    byte[] packed = request.content().array();
    context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, head.allowed().plus(GRACE));
    CompletableFuture<byte[]> json =
        form.submit(
            queue,
            new Form.Call(
                model,
                packed.length,
                () -> encoding.unpacked(packed, limits.request().bodyBytes()),
                asOf,
                queue.since(head),
                Tally.of(context)::answered));
    // Whoever has gone waits for nothing.
    var unused = context.whenRequestCancelled().thenAccept(any -> json.cancel(false));
    return json.thenApply(done -> HttpResponse.of(OK, HttpData.wrap(done)));
  }

  private Duration allowed(RequestHeaders headers) {
    String asked = headers.get(TIMEOUT);
    if (asked == null) {
      return limits.deadline();
    }
    if (!asked.matches("[1-9][0-9]{0,8}")) {
      throw RequestException.malformed(
          "the header " + TIMEOUT + " is not a whole number of milliseconds from 1 on");
    }
    Duration theirs = Duration.ofMillis(Integer.parseInt(asked));
    return theirs.compareTo(limits.deadline()) < 0 ? theirs : limits.deadline();
  }

  private static Optional<Instant> asOf(ServiceRequestContext context) {
    String asked = context.queryParam("as-of");
    if (asked == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(asked).toInstant());
    } catch (DateTimeParseException e) {
      throw new RequestException(
          RequestException.Kind.MALFORMED,
          "the parameter as-of is no time with an offset, such as 2013-11-29T10:00:00Z",
          e);
    }
  }
}
