package dev.nightjar.feature;

import dev.nightjar.config.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * What a project says of a feature view beside the rule by which it is joined. No part of a bundle.
 *
 * @param owner whom to ask, such as a team or its address
 * @param description one sentence or more
 * @param freshWithin how old the newest row may be that is there when an interval ends, above zero;
 *     a run for which all are older is refused. Empty where any age will do
 */
public record ViewCard(
    Optional<String> owner, Optional<String> description, Optional<Duration> freshWithin) {
  private static final String FRESH_WITHIN = "fresh-within";

  /** Reads {@code owner}, {@code description} and {@code fresh-within} of a section. */
  static ViewCard read(Section section, boolean isStatic) {
    Optional<Duration> fresh = section.duration(FRESH_WITHIN);
    if (section.has(FRESH_WITHIN) && isStatic) {
      section.problem(
          FRESH_WITHIN, "has no meaning without event times; this view has 'event-time: none'");
    }
    if (fresh.filter(Duration::isZero).isPresent()) {
      section.problem(FRESH_WITHIN, "is 0, and no row is that new; write a length such as 6h");
    }
    return new ViewCard(text(section, "owner"), text(section, "description"), fresh);
  }

  private static Optional<String> text(Section section, String key) {
    Optional<String> text = section.optionalString(key);
    if (text.filter(String::isBlank).isPresent()) {
      section.problem(key, "is empty; say something, or leave it out");
    }
    return text.map(String::strip);
  }
}
