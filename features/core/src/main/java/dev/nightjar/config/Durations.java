package dev.nightjar.config;

import java.time.Duration;
import java.util.Optional;

/** How configuration and messages write a length of time. */
public final class Durations {
  private Durations() {}

  /** The length that a text such as {@code 90s} or {@code 7d} gives; empty when it gives none. */
  public static Optional<Duration> parse(String text) {
    return Optional.ofNullable(Literals.duration(text));
  }

  /** The shortest text that configuration reads back: {@code 2h}, {@code 90m}, {@code 7d}. */
  public static String text(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return "0s";
    }
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
