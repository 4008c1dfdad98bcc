package dev.nightjar.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bench.load.Connection.Reply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that sends just the bytes that a test wants. */
class ConnectionTest {
  private static final Message ASK = Message.get("/");
  private static final String CLOSE = "<close>";

  private final ServerSocket server = listening();
  private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
  private final Connection connection =
      new Connection(
          URI.create("http://127.0.0.1:" + server.getLocalPort()), Duration.ofSeconds(10));

  private static ServerSocket listening() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void end() throws IOException {
    connection.close();
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  /** For each connection what it sends, one text for each request. */
  private void answers(List<List<String>> connections) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (List<String> texts : connections) {
                  Socket socket = server.accept();
                  accepted.add(socket);
                  serve(socket, new ArrayDeque<>(texts));
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Socket socket, Queue<String> texts) throws IOException {
    byte[] buffer = new byte[4096];
    while (!texts.isEmpty() && socket.getInputStream().read(buffer) > 0) {
      String text = texts.remove();
      boolean closes = text.endsWith(CLOSE);
      String sent = closes ? text.substring(0, text.length() - CLOSE.length()) : text;
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
      if (closes) {
        socket.close();
        return;
      }
    }
  }

  @Test
  void one_connection_is_kept_for_answers_of_any_form() throws IOException {
    answers(
        List.of(
            List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nübc".replace("übc", "abc"),
                "HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n4;x=1\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")));

    assertThat(connection.send(ASK)).isEqualTo(new Reply(200, false, "abc"));
    assertThat(connection.send(ASK)).isEqualTo(new Reply(404, false, "Wikipedia"));
    assertThat(connection.send(ASK)).isEqualTo(new Reply(204, false, ""));
    assertThat(connection.send(ASK)).isEqualTo(new Reply(429, false, ""));
    assertThat(accepted).hasSize(1);
  }

  @Test
  void after_the_last_answer_of_a_connection_there_is_another_connection() throws IOException {
    answers(
        List.of(
            List.of("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1" + CLOSE),
            List.of("HTTP/1.1 200 OK\r\n\r\nuntil the end" + CLOSE),
            List.of("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3")));

    assertThat(connection.send(ASK)).isEqualTo(new Reply(200, true, "1"));
    assertThat(connection.send(ASK)).isEqualTo(new Reply(200, true, "until the end"));
    assertThat(connection.send(ASK)).isEqualTo(new Reply(200, false, "3"));
  }

  @Test
  void an_end_without_an_answer_and_an_answer_that_breaks_off_are_told_apart() {
    answers(
        List.of(
            List.of(CLOSE),
            List.of("HTTP/1.1 200 OK\r\nContent-Len" + CLOSE),
            List.of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab" + CLOSE)));

    assertThatThrownBy(() -> connection.send(ASK))
        .isInstanceOf(Unanswered.class)
        .hasMessage("the connection ended without an answer");
    assertThatThrownBy(() -> connection.send(ASK))
        .isInstanceOf(Unanswered.class)
        .hasMessage("the answer broke off");
    assertThatThrownBy(() -> connection.send(ASK))
        .isInstanceOf(Unanswered.class)
        .hasMessage("the answer broke off");
  }

  @Test
  void a_server_that_is_silent_and_one_that_is_not_there_are_told_apart() throws IOException {
    answers(List.of(List.of("", "")));
    URI address = URI.create("http://127.0.0.1:" + server.getLocalPort());
    try (Connection impatient = new Connection(address, Duration.ofMillis(50))) {
      assertThatThrownBy(() -> impatient.send(ASK)).isInstanceOf(SocketTimeoutException.class);
    }

    server.close();

    assertThatThrownBy(() -> connection.send(ASK)).isInstanceOf(ConnectException.class);
  }
}
