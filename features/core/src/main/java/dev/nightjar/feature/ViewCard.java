package dev.nightjar.feature;

import dev.nightjar.config.Section;
import java.util.Optional;

/**
 * What people say of a feature view: no part of the rule by which it is joined, and so of no
 * bundle.
 *
 * @param owner whom to ask, such as a team or its address
 * @param description one sentence or more
 */
public record ViewCard(Optional<String> owner, Optional<String> description) {

  /** Reads {@code owner} and {@code description} of a section. */
  static ViewCard read(Section section) {
    return new ViewCard(text(section, "owner"), text(section, "description"));
  }

  private static Optional<String> text(Section section, String key) {
    Optional<String> text = section.optionalString(key);
    if (text.filter(String::isBlank).isPresent()) {
      section.problem(key, "is empty; say something, or leave it out");
    }
    return text.map(String::strip);
  }
}
