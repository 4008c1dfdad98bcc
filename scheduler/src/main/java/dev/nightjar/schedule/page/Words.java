package dev.nightjar.schedule.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times, lengths and numbers as the page tells them, and its addresses. */
final class Words {
  private static final DateTimeFormatter NEAR =
      DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
  private static final DateTimeFormatter FAR =
      DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);
  private static final Duration LONG = Duration.ofDays(180);

  private Words() {}

  /** A time in a zone, with how long ago it is, or how long it is to it. */
  static Tag time(Instant at, String zone, Instant now) {
    return plainTime(at, zone, now).text(" (" + distance(at, now) + ")");
  }

  /** A time in a zone. */
  static Tag plainTime(Instant at, String zone, Instant now) {
    boolean isFar = Duration.between(at, now).abs().compareTo(LONG) > 0;
    String text = (isFar ? FAR : NEAR).format(at.atZone(ZoneId.of(zone)));
    return Tag.of("time").set("datetime", at.toString()).set("title", at + " UTC").text(text);
  }

  static String distance(Instant at, Instant now) {
    Duration length = Duration.between(at, now);
    String text = length(length.abs());
    return length.isNegative() ? "in " + text : text + " ago";
  }

  /** A length of time in its largest unit that says enough. */
  static String length(Duration length) {
    long seconds = length.toSeconds();
    if (seconds < 90) {
      return seconds + " s";
    }
    if (seconds < 90 * 60) {
      return (seconds + 30) / 60 + " min";
    }
    return seconds < 48 * 3_600 ? (seconds + 1_800) / 3_600 + " h" : seconds / 86_400 + " days";
  }

  static String seconds(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : length(Duration.ofMillis(Math.round(seconds * 1e3)));
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** The page of a job. */
  static String address(String job) {
    return "/jobs/" + part(job);
  }

  /** The page of an interval. */
  static String address(String job, String interval) {
    return address(job) + "/" + part(interval);
  }

  private static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
