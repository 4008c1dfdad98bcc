package dev.nightjar.online.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
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
import dev.nightjar.online.score.ScoringQueue.Deadline;
import dev.nightjar.online.settings.ServingLimits;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
    queue.requireRoom(0, queue.within(allowed));
    CompletableFuture<HttpResponse> answer =
        request.aggregate().thenCompose(whole -> answered(context, whole, encoding, allowed, asOf));
    return HttpResponse.of(answer);
  }

  private CompletableFuture<HttpResponse> answered(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      BodyEncoding encoding,
      Duration allowed,
      Optional<Instant> asOf) {
    byte[] packed = request.content().array();
    context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, allowed.plus(GRACE));
    String name = String.valueOf(context.pathParam("model"));
    Optional<String> version = Optional.ofNullable(context.pathParam("version"));
    ServedModel model = models.retained(name, version);
    Tally tally = Tally.of(context);
    tally.model(model.card());
    try {
      Deadline deadline = queue.within(allowed);
      CompletableFuture<Form.Reply> reply =
          queue.submit(
              model.serviceTime().expectedNanos(packed.length),
              deadline,
              () ->
                  reply(
                      model,
                      encoding.unpacked(packed, limits.request().bodyBytes()),
                      packed.length,
                      asOf));
      // Whoever has gone waits for nothing.
      var unused = context.whenRequestCancelled().thenAccept(any -> reply.cancel(false));
      return reply
          .whenComplete((done, failed) -> model.release())
          .thenApply(
              done -> {
                tally.answered(done.answers());
                return HttpResponse.of(OK, done.json());
              });
    } catch (RequestException e) {
      model.release();
      throw e;
    }
  }

  private Form.Reply reply(
      ServedModel model, byte[] body, int packedBytes, Optional<Instant> asOf) {
    // The request's own lease ends when its client goes, and this work may go on for a while.
    if (!model.retain()) {
      throw new RequestException(
          RequestException.Kind.NOT_READY, "another version has taken over; send it again");
    }
    try {
      long begin = System.nanoTime();
      Form.Reply reply = form.reply(model, body, asOf);
      model.serviceTime().took(packedBytes, System.nanoTime() - begin);
      return reply;
    } finally {
      model.release();
    }
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
