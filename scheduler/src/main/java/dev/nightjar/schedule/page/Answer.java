package dev.nightjar.schedule.page;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is answered to a request. */
record Answer(int status, String type, String body, Map<String, String> headers) {
  static final int OK = 200;
  static final int SEE_OTHER = 303;
  static final int BAD = 400;
  static final int UNAUTHORIZED = 401;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int WRONG_METHOD = 405;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int BROKEN = 500;
  static final int AWAY = 503;

  private static final String TEXT = "text/plain; charset=utf-8";

  static Answer html(int status, String page) {
    return of(status, "text/html; charset=utf-8", page);
  }

  static Answer json(int status, String document) {
    return of(status, "application/json", document);
  }

  /** A sentence. */
  static Answer text(int status, String sentence) {
    return of(status, TEXT, sentence + "\n");
  }

  static Answer of(int status, String type, String body) {
    return new Answer(status, type, body, Map.of());
  }

  /** To another page, which is asked for by GET. */
  static Answer to(String address) {
    return text(SEE_OTHER, "see " + address).with("Location", address);
  }

  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, type, body, more);
  }
}
