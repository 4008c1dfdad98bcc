package dev.nightjar.bench.load;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is kept open from one request to the next, and opened anew where the server
 * closed it. Not thread-safe.
 */
public final class Connection implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_HEAD = 1 << 16;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final InetSocketAddress server;
  private final int limitMillis;
  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private @Nullable Socket socket;

  /**
   * @param server {@code http://host:port}
   * @param limit the longest that a server may be silent within an answer
   */
  public Connection(URI server, Duration limit) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.limitMillis = (int) limit.toMillis();
  }

  /**
   * What was answered.
   *
   * @param closes whether the server said that this was the last answer on the connection
   * @param body as text of UTF-8
   */
  public record Reply(int status, boolean closes, String body) {}

  /** What a head says of the body behind it. */
  private record Head(int status, long length, boolean isChunked, boolean closes) {}

  /**
   * Sends a request and waits for its answer. After an exception the next request opens a new
   * connection.
   *
   * @throws java.net.ConnectException when nobody listens
   * @throws Unanswered when the connection ends before the answer is whole
   * @throws SocketTimeoutException when the server is silent for too long
   */
  public Reply send(Message message) throws IOException {
    boolean isWhole = false;
    try {
      Socket open = socket == null ? open() : socket;
      try {
        OutputStream out = open.getOutputStream();
        message.writeTo(out);
      } catch (IOException e) {
        throw new Unanswered(false, e);
      }
      Reply reply = read(open.getInputStream());
      isWhole = !reply.closes();
      return reply;
    } finally {
      if (!isWhole) {
        close();
      }
    }
  }

  private Socket open() throws IOException {
    Socket opened = new Socket();
    opened.setTcpNoDelay(true);
    opened.setSoTimeout(limitMillis);
    socket = opened;
    from = 0;
    to = 0;
    opened.connect(server, limitMillis);
    return opened;
  }

  private Reply read(InputStream in) throws IOException {
    boolean[] begun = {false};
    try {
      Head head = head(in, begun);
      while (head.status() < 200) { // 100 Continue and the like, with the answer behind it
        head = head(in, begun);
      }
      return new Reply(head.status(), head.closes(), body(in, head));
    } catch (SocketTimeoutException | Unanswered e) {
      throw e;
    } catch (IOException e) {
      throw new Unanswered(begun[0], e);
    }
  }

  private Head head(InputStream in, boolean[] begun) throws IOException {
    String line = line(in, begun[0]);
    begun[0] = true;
    if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
      throw new IOException("no answer of HTTP/1.1: '" + line + "'");
    }
    int status = Integer.parseInt(line.substring(9, 12));
    long length = status < 200 || status == NO_CONTENT || status == NOT_MODIFIED ? 0 : -1;
    boolean isChunked = false;
    boolean closes = false;
    for (line = line(in, true); !line.isEmpty(); line = line(in, true)) {
      String lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring("content-length:".length()).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        isChunked = lower.contains("chunked");
      } else if (lower.startsWith("connection:")) {
        closes = lower.contains("close");
      }
    }
    return new Head(status, length, isChunked, closes || (length < 0 && !isChunked));
  }

  private String body(InputStream in, Head head) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (head.isChunked()) {
      for (int size = size(in); size > 0; size = size(in)) {
        take(in, size, body);
        line(in, true);
      }
      while (!line(in, true).isEmpty()) {
        // Trailers say nothing here.
      }
    } else if (head.length() >= 0) {
      take(in, head.length(), body);
    } else {
      while (from < to || fill(in)) {
        body.write(buffer, from, to - from);
        from = to;
      }
    }
    return body.toString(StandardCharsets.UTF_8);
  }

  private int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in, true).split(";", 2)[0].strip(), 16);
  }

  private void take(InputStream in, long count, ByteArrayOutputStream into) throws IOException {
    long left = count;
    while (left > 0) {
      if (from == to && !fill(in)) {
        throw new Unanswered(true);
      }
      int piece = (int) Math.min(left, to - from);
      into.write(buffer, from, piece);
      from += piece;
      left -= piece;
    }
  }

  /** The next line without its end. */
  private String line(InputStream in, boolean begun) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      if (from == to && !fill(in)) {
        throw new Unanswered(begun || !line.isEmpty());
      }
      char c = (char) (buffer[from++] & 0xff);
      if (c == '\n') {
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r'
            ? line.substring(0, length - 1)
            : line.toString();
      }
      if (line.length() == LONGEST_HEAD) {
        throw new IOException(
            "a line of the answer's head has more than " + LONGEST_HEAD + " characters");
      }
      line.append(c);
    }
  }

  private boolean fill(InputStream in) throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    from = 0;
    to = Math.max(count, 0);
    return count > 0;
  }

  @Override
  public void close() {
    Socket open = socket;
    socket = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a socket cannot be closed", e);
      }
    }
  }
}
