package dev.nightjar.notice;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.config.Template;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver as others run them, which answers as the test says. */
final class Hook implements AutoCloseable {
  /** What has come in. */
  record Request(String key, String type, String token, String body) {}

  /** How it answers. */
  record Answer(int status, Map<String, String> headers) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final HttpServer server;

  Hook() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  Notify.Webhook webhook() {
    return new Notify.Webhook(
        new Template("${env:ALERT_URL}", address() + "/s3cret"),
        Map.of("Authorization", Template.of("Bearer t0ken")));
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next answers, in order; 200 after them. */
  synchronized void answers(int... statuses) {
    for (int status : statuses) {
      answers.add(new Answer(status, Map.of()));
    }
  }

  synchronized void answers(int status, String header, String value) {
    answers.add(new Answer(status, Map.of(header, value)));
  }

  List<String> keys() {
    return requests.stream().map(Request::key).toList();
  }

  private synchronized void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    requests.add(
        new Request(
            String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
            new String(body, StandardCharsets.UTF_8)));
    Answer answer = answers.isEmpty() ? new Answer(200, Map.of()) : answers.remove();
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    exchange.sendResponseHeaders(answer.status(), -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
