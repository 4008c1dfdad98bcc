package dev.nightjar.notice;

import java.math.BigDecimal;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Delivers by HTTP, or hands over to a command. Closing ends the commands that run. */
public final class Deliveries implements Sender, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int BAD_REQUEST = 400;
  private static final int REDIRECTS = 300;
  private static final int SERVER_ERRORS = 500;

  private final HttpClient client;
  private final Commands commands;
  private final Clock clock;
  private final Duration timeout;

  /**
   * Deliveries of a project.
   *
   * @param project its folder, absolute: that of commands, whose output goes to its log
   * @param timeout after which a delivery has failed
   */
  public Deliveries(Path project, Clock clock, Duration timeout) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            // An offer to change to HTTP/2 is more than some receivers of http understand.
            .version(HttpClient.Version.HTTP_1_1)
            // A message is for the one who was named.
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(ProxySelector.getDefault())
            .build();
    this.commands = new Commands(project, timeout);
    this.clock = clock;
    this.timeout = timeout;
  }

  /** After which a delivery has usually failed. */
  public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

  @Override
  public Sent send(Notify.Receiver to, String name, Message message) {
    if (to instanceof Notify.Webhook webhook) {
      return post(webhook, message);
    }
    return commands.run(((Notify.Command) to).words(), name, message);
  }

  private Sent post(Notify.Webhook webhook, Message message) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(webhook.url().text()))
            .timeout(timeout)
            .header("Content-Type", "application/json; charset=utf-8")
            .header(KEY, message.key())
            .POST(HttpRequest.BodyPublishers.ofString(message.json(), StandardCharsets.UTF_8));
    webhook.headers().forEach((header, value) -> request.header(header, value.text()));
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    try {
      return read(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Sent.Again("no answer within " + words(timeout), Optional.empty());
    } catch (ExecutionException e) {
      // The library's messages name hosts, never paths; its classes say the rest.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String words = cause.getMessage() == null ? "" : ": " + cause.getMessage();
      return new Sent.Again(
          "cannot be reached (" + cause.getClass().getSimpleName() + words + ")", Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer.cancel(true);
      return new Sent.Again("the scheduler was stopped", Optional.empty());
    }
  }

  private Sent read(HttpResponse<Void> answer) {
    int status = answer.statusCode();
    String problem = "it answers " + status;
    if (status < REDIRECTS) {
      return new Sent.Arrived();
    }
    if (status < BAD_REQUEST) {
      return new Sent.Refused(problem + ", and redirects are not followed; name the last address");
    }
    boolean isLater = status == 408 || status == 425 || status == 429;
    return status >= SERVER_ERRORS || isLater
        ? new Sent.Again(problem, retryAfter(answer))
        : new Sent.Refused(problem + "; check address, headers and what it takes");
  }

  static String words(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }

  /** Seconds, or a time; empty for what is neither. */
  private Optional<Duration> retryAfter(HttpResponse<Void> answer) {
    Optional<String> header = answer.headers().firstValue("Retry-After").map(String::strip);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    if (header.get().matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
    }
    try {
      ZonedDateTime at = ZonedDateTime.parse(header.get(), DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(clock.instant(), at.toInstant()));
    } catch (DateTimeException e) {
      return Optional.empty(); // As if it had not said: the usual wait holds.
    }
  }

  @Override
  public void close() {
    commands.close();
  }
}
