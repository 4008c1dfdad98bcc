package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.access.AccessTokens;
import dev.nightjar.online.request.RequestException;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What every request passes before anything else: it gets its name, and is let through or not.
 * Paths that tell nothing of models or rows are open: whether the endpoint lives, and the page's
 * own files.
 */
final class Gate implements DecoratingHttpServiceFunction {
  private static final Set<String> OPEN = Set.of("/", "/v2/health/live", "/v2/health/ready");
  private static final String OPEN_FOLDER = "/page/";
  private static final String BEARER = "Bearer ";
  private static final Pattern THIS_MACHINE =
      Pattern.compile(
          "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{0,5})?", Pattern.CASE_INSENSITIVE);

  private final Optional<AccessTokens> tokens;
  private final boolean isLoopback;
  private final BooleanSupplier isDraining;

  /**
   * @param tokens of those who may ask; empty for everybody who comes so far
   * @param isLoopback whether only this machine comes so far
   */
  Gate(Optional<AccessTokens> tokens, boolean isLoopback, BooleanSupplier isDraining) {
    this.tokens = tokens;
    this.isLoopback = isLoopback;
    this.isDraining = isDraining;
  }

  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    RequestIds.name(context, request);
    headIsThere(context);
    if (isDraining.getAsBoolean()) {
      // The answer says so too, and the next request goes to another endpoint.
      var unused = context.initiateConnectionShutdown();
    }
    if (isLoopback && tokens.isEmpty() && !isOfThisMachine(request)) {
      return Errors.refusal(
          context,
          new RequestException(
              RequestException.Kind.FORBIDDEN,
              "an endpoint of this machine alone answers to 'localhost' and 127.0.0.1, not to the"
                  + " host that this request names"));
    }
    if (tokens.isPresent() && !isOpen(context.path()) && !isKnown(tokens.get(), request)) {
      context.setAdditionalResponseHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
      return Errors.refusal(
          context,
          new RequestException(
              RequestException.Kind.UNAUTHORIZED,
              "this endpoint answers to those who have a token; send it as 'Authorization: Bearer"
                  + " TOKEN'"));
    }
    return next.serve(context, request);
  }

  /** This is the connection's own thread. */
  private static void headIsThere(ServiceRequestContext context) {
    Channel channel = context.log().partial().channel();
    HeadDeadline deadline = channel == null ? null : HeadDeadline.of(channel);
    if (deadline != null) {
      deadline.requestBegan(context.sessionProtocol().isMultiplex());
      var unused =
          context
              .log()
              .whenComplete()
              .thenAccept(any -> context.eventLoop().execute(deadline::requestEnded));
    }
  }

  static boolean isOpen(String path) {
    return OPEN.contains(path) || path.startsWith(OPEN_FOLDER);
  }

  private static boolean isKnown(AccessTokens tokens, HttpRequest request) {
    String header = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && tokens.holder(header.substring(BEARER.length()).strip()).isPresent();
  }

  /**
   * A page of somebody else's, open in a browser of this machine, can make its own host name point
   * to this machine and read what it asks; but the browser then tells that name.
   */
  private static boolean isOfThisMachine(HttpRequest request) {
    // HTTP/1 has the one, HTTP/2 the other, and whoever sends both, or one twice, must mean it.
    return Stream.of(HttpHeaderNames.AUTHORITY, HttpHeaderNames.HOST)
        .flatMap(name -> request.headers().getAll(name).stream())
        .allMatch(host -> THIS_MACHINE.matcher(host).matches());
  }
}
