package dev.nightjar.schedule.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.nightjar.ledger.LedgerException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** From a request to its answer. Thread-safe. */
final class Requests {
  private static final int MOST_BYTES = 8_192;
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Desk desk;
  private final ScheduleMeters meters;
  private final Changes changes;
  private final Gate gate;
  private final Consumer<String> say;
  private final Map<String, Answer> files = PageFiles.read();

  Requests(Desk desk, ScheduleMeters meters, Changes changes, Gate gate, Consumer<String> say) {
    this.desk = desk;
    this.meters = meters;
    this.changes = changes;
    this.gate = gate;
    this.say = say;
  }

  /** The answer, without any secret that a reason or a file of a job has named. */
  Answer answer(HttpExchange exchange) throws IOException {
    Answer answer = found(exchange);
    return new Answer(
        answer.status(), answer.type(), desk.redacted(answer.body()), answer.headers());
  }

  private Answer found(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    if (gate.isForeignHost(headers)) {
      return Answer.text(
          Answer.FORBIDDEN,
          "a page of this machine alone answers to 'localhost' and 127.0.0.1, not to the host that"
              + " this request names");
    }
    List<String> path;
    Map<String, String> query;
    try {
      path = path(exchange.getRequestURI().getRawPath());
      query = fields(exchange.getRequestURI().getRawQuery());
    } catch (IllegalArgumentException e) {
      return Answer.text(Answer.BAD, "this address cannot be read: " + e.getMessage());
    }
    try {
      return switch (exchange.getRequestMethod()) {
        case "GET", "HEAD" -> get(path, query, headers);
        case "POST" -> post(path, exchange);
        default ->
            Answer.text(Answer.WRONG_METHOD, "read by GET, change by POST")
                .with("Allow", "GET, HEAD, POST");
      };
    } catch (LedgerException e) {
      return away(e, path, headers);
    }
  }

  /** The parts of a path, each of which may hold anything. */
  private static List<String> path(String raw) {
    List<String> parts = new ArrayList<>();
    for (String part : raw.split("/", -1)) {
      if (!part.isEmpty()) {
        parts.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
      }
    }
    return parts;
  }

  private static Map<String, String> fields(@org.jspecify.annotations.Nullable String raw) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      String value = parts.length == 2 ? parts[1] : "";
      fields.put(
          URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
          URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return fields;
  }

  private Answer get(List<String> path, Map<String, String> query, Headers headers) {
    boolean isApi = !path.isEmpty() && path.get(0).equals("api");
    List<String> of = isApi ? path.subList(1, path.size()) : path;
    String first = of.isEmpty() ? "" : of.get(0);
    if (first.equals("jobs") && of.size() == 2) {
      return job(of.get(1), query, isApi, headers);
    }
    if (first.equals("jobs") && of.size() == 3) {
      return run(of.get(1), of.get(2), isApi, headers);
    }
    if (isApi) {
      return first.equals("jobs") && of.size() == 1
          ? Answer.json(Answer.OK, PageJson.of(desk.overview()))
          : missing("there is /api/jobs, /api/jobs/JOB and /api/jobs/JOB/INTERVAL", true);
    }
    if (path.isEmpty()) {
      return Answer.html(Answer.OK, new OverviewPage(desk.overview(), frame(headers, "/")).html());
    }
    return other(String.join("/", path), headers);
  }

  private Answer other(String path, Headers headers) {
    Answer file = files.get(path);
    if (file != null) {
      return file;
    }
    return switch (path) {
      case "health" -> Answer.json(Answer.OK, PageJson.of("status", "live"));
      case "metrics" -> Answer.of(Answer.OK, PROMETHEUS, meters.scrape());
      case "jobs" -> Answer.to("/");
      case "login" ->
          gate.hasTokens()
              ? Answer.html(Answer.OK, LoginPage.html(frame(headers, "/"), desk.now(), ""))
              : missing(NO_TOKENS, false);
      default -> missing("there is no page of that address; begin at /", false);
    };
  }

  private static final String NO_TOKENS =
      "this page is for reading: it knows no tokens. Name a file of them in conf/project.yaml"
          + " (page.tokens), or use the commands of 'nightjar schedule'";

  private static Answer missing(String sentence, boolean isApi) {
    return refusal(Answer.NOT_FOUND, sentence, isApi);
  }

  private static Answer refusal(int status, String sentence, boolean isApi) {
    return isApi
        ? Answer.json(status, PageJson.of("error", sentence))
        : Answer.text(status, sentence);
  }

  private Frame frame(Headers headers, String here) {
    return new Frame(gate.reader(headers), here);
  }

  private Answer job(String name, Map<String, String> query, boolean isApi, Headers headers) {
    Optional<LocalDate> last;
    try {
      last = Optional.ofNullable(query.get("to")).map(LocalDate::parse);
    } catch (DateTimeException e) {
      return refusal(
          Answer.BAD, "to=" + query.get("to") + " is no day; write one such as 2013-11-05", isApi);
    }
    if (last.filter(day -> day.getYear() < 1970 || day.getYear() > 9_000).isPresent()) {
      return refusal(Answer.BAD, "to=" + query.get("to") + " lies too far away", isApi);
    }
    Optional<JobView> view = desk.job(name, last);
    if (view.isEmpty()) {
      return missing("there is no job '" + name + "' in this project", isApi);
    }
    return isApi
        ? Answer.json(Answer.OK, PageJson.of(view.get()))
        : Answer.html(
            Answer.OK, new JobPage(view.get(), frame(headers, Words.address(name))).html());
  }

  private Answer run(String job, String interval, boolean isApi, Headers headers) {
    Optional<RunView> view = desk.run(job, interval);
    if (view.isEmpty()) {
      return missing("there is no interval '" + interval + "' of a job '" + job + "'", isApi);
    }
    return isApi
        ? Answer.json(Answer.OK, PageJson.of(view.get()))
        : Answer.html(
            Answer.OK,
            new RunPage(view.get(), frame(headers, Words.address(job, interval))).html());
  }

  private Answer away(LedgerException problem, List<String> path, Headers headers) {
    String sentence = String.valueOf(problem.getMessage());
    boolean isApi = !path.isEmpty() && path.get(0).equals("api");
    return isApi || gate.isByToken(headers)
        ? Answer.json(Answer.AWAY, PageJson.of("error", sentence))
        : Answer.html(
            Answer.AWAY, AwayPage.html(frame(headers, "/"), desk.now(), desk.outage(), sentence));
  }

  private Answer post(List<String> path, HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    if (!gate.hasTokens()) {
      return Answer.text(Answer.FORBIDDEN, NO_TOKENS);
    }
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      return Answer.text(Answer.TOO_LARGE, "a form of this page is never that large");
    }
    Map<String, String> form;
    try {
      form = fields(new String(body, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Answer.text(Answer.BAD, "this form cannot be read: " + e.getMessage());
    }
    if (path.equals(List.of("login"))) {
      return login(form, headers);
    }
    Optional<String> who = gate.sender(headers, form.getOrDefault("secret", ""));
    if (who.isEmpty()) {
      return Answer.text(
              Answer.UNAUTHORIZED,
              "only who has a token may change anything: log in at /login and use the page's own"
                  + " buttons, or send 'Authorization: Bearer TOKEN'")
          .with("WWW-Authenticate", "Bearer");
    }
    if (path.equals(List.of("logout"))) {
      return Answer.to("/").with("Set-Cookie", gate.sessions().end(Gate.cookies(headers)));
    }
    return change(who.get(), path, form, headers);
  }

  private Answer login(Map<String, String> form, Headers headers) {
    if (!gate.isOfThisOrigin(headers)) {
      return Answer.text(Answer.FORBIDDEN, "log in by this page's own form, at /login");
    }
    Optional<String> holder = gate.holder(form.getOrDefault("token", ""));
    return holder
        .map(name -> Answer.to("/").with("Set-Cookie", gate.sessions().begin(name)))
        .orElseGet(
            () ->
                Answer.html(
                    Answer.UNAUTHORIZED,
                    LoginPage.html(frame(headers, "/"), desk.now(), "nobody has this token")));
  }

  private Answer change(String who, List<String> path, Map<String, String> form, Headers headers) {
    boolean isOfJob = path.size() == 3 && path.get(0).equals("jobs");
    boolean isOfRun = path.size() == 4 && path.get(0).equals("jobs");
    if (!isOfJob && !isOfRun) {
      return Answer.text(Answer.NOT_FOUND, "there is nothing to be changed at this address");
    }
    String job = path.get(1);
    String interval = isOfRun ? path.get(2) : form.getOrDefault("interval", "");
    String what = path.get(path.size() - 1);
    Changes.Told told = changes.change(who, what, job, interval);
    if (told.status() == Answer.OK) {
      say.accept(told.sentence() + " (" + who + ", by the page)");
    }
    if (gate.isByToken(headers)) {
      return Answer.json(
          told.status(),
          PageJson.of(told.status() == Answer.OK ? "told" : "error", told.sentence()));
    }
    gate.sessions().tell(Gate.cookies(headers), told.sentence());
    return Answer.to(isOfRun ? Words.address(job, interval) : Words.address(job));
  }
}
