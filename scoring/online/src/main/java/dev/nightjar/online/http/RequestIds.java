package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The name of a request: the client's, where it sends one that is fit for a log, else one of ours.
 */
final class RequestIds {
  static final AsciiString HEADER = AsciiString.cached("x-request-id");

  private static final AttributeKey<String> KEY = AttributeKey.valueOf(RequestIds.class, "ID");
  private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._:+/=-]{1,64}");
  private static final HexFormat HEX = HexFormat.of();

  private RequestIds() {}

  /** Names a request that has just come; the answer will tell the name. */
  static void name(ServiceRequestContext context, HttpRequest request) {
    String theirs = request.headers().get(HEADER);
    String id =
        theirs != null && FIT.matcher(theirs).matches()
            ? theirs
            : HEX.toHexDigits(ThreadLocalRandom.current().nextLong());
    context.setAttr(KEY, id);
    context.setAdditionalResponseHeader(HEADER, id);
  }

  /** The name of a request; a dash where it was refused before it had one. */
  static String of(ServiceRequestContext context) {
    String id = context.attr(KEY);
    return id == null ? "-" : id;
  }
}
