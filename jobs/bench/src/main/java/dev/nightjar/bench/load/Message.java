package dev.nightjar.bench.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request of HTTP/1.1 as the bytes that are sent, to be sent as often as one likes. Immutable.
 */
public final class Message {
  private static final String LINE = "\r\n";

  private final byte[] bytes;

  private Message(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A request without a body. */
  public static Message get(String path) {
    return new Message(
        ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
  }

  /** A body of JSON, copied. */
  public static Message json(String path, byte[] body) {
    return json(path, body, Map.of());
  }

  /** A body of JSON, copied, with more headers. */
  public static Message json(String path, byte[] body, Map<String, String> headers) {
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1" + LINE);
    head.append("Host: localhost").append(LINE);
    head.append("Content-Type: application/json").append(LINE);
    head.append("Content-Length: ").append(body.length).append(LINE);
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append(LINE));
    head.append(LINE);
    byte[] begin = head.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[begin.length + body.length];
    System.arraycopy(begin, 0, bytes, 0, begin.length);
    System.arraycopy(body, 0, bytes, begin.length, body.length);
    return new Message(bytes);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }
}
