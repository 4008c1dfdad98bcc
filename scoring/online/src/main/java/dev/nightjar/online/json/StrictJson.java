package dev.nightjar.online.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads bodies that hold one document of JSON and nothing else: well-formed UTF-8 without a mark at
 * its beginning, each name once in an object, no comments, no NaN. Thread-safe.
 */
public final class StrictJson {
  private static final int LONGEST_NUMBER = 64;
  private static final int LONGEST_NAME = 1024;
  private static final int PIECE = 4096;
  private static final int[] MARK = {0xEF, 0xBB, 0xBF};
  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);

  /** Where an object began that does not end; told of bytes that are not to be shown. */
  private static final Pattern NOT_FINITE =
      Pattern.compile("^Non-standard token '([-+]?(?:NaN|INF|Infinity))'");

  private static final Pattern START = Pattern.compile(" ?\\(start marker at .*");

  private final RequestLimits limits;
  private final JsonFactory json;

  public StrictJson(RequestLimits limits) {
    this.limits = limits;
    this.json =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.depth())
                    .maxNumberLength(LONGEST_NUMBER)
                    .maxStringLength(limits.textLength())
                    .maxNameLength(LONGEST_NAME)
                    .maxDocumentLength(limits.bodyBytes())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names of strangers do not belong into the JVM's table of texts, and UTF-8 is not
            // guessed.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();
  }

  /** What reads one document. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads to the document's last token; the parser stands on its first one. */
    T from(JsonParser in) throws IOException;
  }

  /**
   * What the reading makes of a body.
   *
   * @throws RequestException when the body is too long, no UTF-8 or no JSON, or when the reading
   *     throws it
   */
  public <T> T read(byte[] body, Reading<T> reading) {
    refuseBytes(body);
    try (JsonParser in = json.createParser(body)) {
      if (in.nextToken() == null) {
        throw empty();
      }
      T read = reading.from(in);
      if (in.nextToken() != null) {
        throw RequestException.malformed(
            "the body goes on behind the end of its JSON"
                + place(in.currentTokenLocation())
                + "; send one object or array, and nothing after it");
      }
      return read;
    } catch (StreamConstraintsException e) {
      throw RequestException.malformed(bound(e));
    } catch (JsonProcessingException e) {
      throw RequestException.malformed(words(e));
    } catch (IOException e) {
      throw new UncheckedIOException("a body in memory can be read", e);
    }
  }

  private void refuseBytes(byte[] body) {
    if (body.length > limits.bodyBytes()) {
      throw new RequestException(
          RequestException.Kind.TOO_LARGE,
          "the body has "
              + body.length
              + " bytes and at most "
              + limits.bodyBytes()
              + " are read; send fewer rows at once");
    }
    if (body.length == 0) {
      throw empty();
    }
    if (startsWithMark(body)) {
      throw RequestException.malformed(
          "the body begins with a byte order mark (EF BB BF), which JSON does not have; write UTF-8"
              + " without it");
    }
    int wrong = firstWrong(body);
    if (wrong >= 0) {
      throw RequestException.malformed(
          "the body is not UTF-8: the bytes from "
              + wrong
              + " (0 is the first) are no character; encode texts in UTF-8");
    }
  }

  private static RequestException empty() {
    return RequestException.malformed("the body is empty; send JSON");
  }

  private static boolean startsWithMark(byte[] body) {
    for (int i = 0; i < MARK.length; i++) {
      if (body.length <= i || (body[i] & 0xFF) != MARK[i]) {
        return false;
      }
    }
    return true;
  }

  /** Where the first bytes are that are no UTF-8, which Jackson takes in part; −1 for nowhere. */
  private static int firstWrong(byte[] body) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(Math.min(PIECE, body.length + 1));
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    return result.isError() ? in.position() : -1;
  }

  /** Which limit it was; Jackson's own words name its classes. */
  private String bound(StreamConstraintsException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.contains("nesting depth")) {
      return "the body is nested deeper than " + limits.depth() + " levels; no form needs that";
    }
    if (message.startsWith("Number")) {
      return "a number has more than "
          + LONGEST_NUMBER
          + " characters; no type holds so many digits";
    }
    if (message.startsWith("Name") || message.contains("name")) {
      return "a name has more than " + LONGEST_NAME + " characters; no field has such a name";
    }
    if (message.startsWith("String")) {
      return "a text has more than " + limits.textLength() + " characters; shorten it";
    }
    return "the body is beyond a limit of this server; send less at once";
  }

  private static String words(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.find()) {
      return "the name "
          + Shown.text(duplicate.group(1))
          + " stands twice in one object"
          + place(e.getLocation())
          + "; name each field once";
    }
    Matcher number = NOT_FINITE.matcher(message);
    if (number.find()) {
      return number.group(1)
          + " is no number of JSON"
          + place(e.getLocation())
          + "; write null where a value is missing";
    }
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return "the body is not JSON: "
        + shortened(START.matcher(line).replaceAll(""))
        + place(e.getLocation());
  }

  private static String shortened(String message) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < message.length() && shown.length() < 160; i += 20) {
      shown.append(Shown.piece(message.substring(i, Math.min(i + 20, message.length()))));
    }
    return shown.toString();
  }

  private static String place(JsonLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
