package dev.nightjar.online.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.online.oip.Metadata;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import dev.nightjar.online.rest.RowForm;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every answer that is no score: in the form of the path that was asked, with the request's id, and
 * never with a stack trace. What is a fault of ours goes to the log.
 */
final class Errors implements ServerErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
  private static final String OPEN_INFERENCE = "/v2";

  private final int bodyBytes;

  Errors(int bodyBytes) {
    this.bodyBytes = bodyBytes;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof RequestException refusal) {
      return refusal(context, refusal);
    }
    if (cause instanceof ContentTooLargeException) {
      return plain(context, HttpStatus.REQUEST_ENTITY_TOO_LARGE, tooLarge(), Optional.empty());
    }
    if (cause instanceof RequestTimeoutException) {
      return late(context);
    }
    if (cause instanceof com.linecorp.armeria.common.ClosedSessionException
        || cause instanceof com.linecorp.armeria.common.stream.CancelledSubscriptionException
        || cause instanceof com.linecorp.armeria.common.stream.ClosedStreamException) {
      Tally.of(context).refused("client-gone");
      return HttpResponse.of(HttpStatus.BAD_REQUEST);
    }
    if (cause instanceof HttpStatusException armerias) {
      HttpStatus status = armerias.httpStatus();
      return plain(context, status, words(status, context.request().headers()), Optional.empty());
    }
    Tally.of(context).refused("fault");
    LOG.error("request {} failed", RequestIds.of(context), cause);
    return plain(
        context,
        HttpStatus.INTERNAL_SERVER_ERROR,
        "the endpoint failed; its log says why under the request's id",
        Optional.empty());
  }

  private static HttpResponse late(ServiceRequestContext context) {
    Tally.of(context).refused("timeout");
    if (context.request().isComplete()) {
      return plain(
          context, HttpStatus.GATEWAY_TIMEOUT, "there was no answer in time", Optional.empty());
    }
    // The rest of it would be read for as long as the client takes.
    var unused = context.initiateConnectionShutdown();
    return plain(
        context,
        HttpStatus.REQUEST_TIMEOUT,
        "the request did not come in whole in time; send it at once",
        Optional.empty());
  }

  /** The answer to what cannot be answered with scores. */
  static HttpResponse refusal(ServiceRequestContext context, RequestException refusal) {
    Tally.of(context).refused(refusal.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (refusal.kind() == Kind.FAILED) {
      LOG.error("request {} failed", RequestIds.of(context), refusal);
    }
    return plain(
        context,
        HttpStatus.valueOf(refusal.kind().status()),
        String.valueOf(refusal.getMessage()),
        refusal.retryAfter());
  }

  private static HttpResponse plain(
      ServiceRequestContext context, HttpStatus status, String message, Optional<Duration> retry) {
    ResponseHeadersBuilder headers = headers(status);
    retry.ifPresent(
        after ->
            headers.set(
                HttpHeaderNames.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds()))));
    return HttpResponse.of(
        headers.build(), body(context.path(), status, message, RequestIds.of(context)));
  }

  private static ResponseHeadersBuilder headers(HttpStatus status) {
    return ResponseHeaders.builder(status)
        .contentType(MediaType.JSON)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
  }

  private static HttpData body(String path, HttpStatus status, String message, String id) {
    byte[] json =
        path.startsWith(OPEN_INFERENCE)
            ? Metadata.error(message)
            : RowForm.error(message, id, status.code());
    return HttpData.wrap(json);
  }

  private String tooLarge() {
    return "the body is larger than the "
        + bodyBytes
        + " bytes that a request may have (limits.body-bytes); send fewer rows at once";
  }

  /** What Armeria itself refuses: no such path, no such method, a body that is too large. */
  @Override
  public @Nullable AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    String path = headers == null ? "/" : headers.path();
    String id = context == null ? "-" : RequestIds.of(context);
    return AggregatedHttpResponse.of(
        headers(status).build(), body(path, status, words(status, headers), id));
  }

  private String words(HttpStatus status, @Nullable RequestHeaders headers) {
    return switch (status.code()) {
      case 404 -> "there is nothing at this path; /openapi.json tells what there is";
      case 405 ->
          "this path does not answer to "
              + (headers == null ? "this method" : headers.method().name())
              + "; /openapi.json tells to what it does";
      case 413 -> tooLarge();
      case 414 -> "the path is too long";
      case 431 -> "the headers are too large";
      case 503 -> "the endpoint ends; ask another one";
      default -> status.reasonPhrase();
    };
  }
}
