package dev.nightjar.online.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** How the bytes of a body are packed. */
enum BodyEncoding {
  PLAIN,
  GZIP;

  /**
   * What the headers say, when the body is JSON at all.
   *
   * @throws RequestException of the kind {@link Kind#UNSUPPORTED}
   */
  static BodyEncoding of(RequestHeaders headers) {
    MediaType type = headers.contentType();
    if (type == null || !type.is(MediaType.JSON.withoutParameters())) {
      throw new RequestException(
          Kind.UNSUPPORTED,
          "the body must be JSON; send it with the header 'Content-Type: application/json'");
    }
    if (!type.charset(StandardCharsets.UTF_8).equals(StandardCharsets.UTF_8)) {
      throw new RequestException(Kind.UNSUPPORTED, "the body must be in UTF-8");
    }
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "identity" -> PLAIN;
      case "gzip" -> GZIP;
      default ->
          throw new RequestException(
              Kind.UNSUPPORTED, "the body may be packed by gzip, or plain, and in no other way");
    };
  }

  /**
   * The bytes of the body; never more than a request may have, whatever they unpack to.
   *
   * @throws RequestException when they are too many, or no gzip
   */
  byte[] unpacked(byte[] packed, int most) {
    if (this == PLAIN) {
      return packed;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new RequestException(
            Kind.TOO_LARGE,
            "the body unpacks to more than the "
                + most
                + " bytes that a request may have (limits.body-bytes); send fewer rows at once");
      }
      return bytes;
    } catch (IOException e) {
      throw new RequestException(
          Kind.MALFORMED, "the body is said to be packed by gzip and is not", e);
    }
  }
}
