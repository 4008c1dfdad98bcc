package dev.nightjar.config;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that may hold variables of the run, such as <code>${interval.date}</code>. Variables of
 * the environment have been put in already; {@link #toString} shows the text as the file has it, so
 * a secret is never printed.
 *
 * @param written as it stands in the file
 * @param text with the environment's variables put in
 */
public record Template(String written, String text) {
  static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)}");

  public Template {
    requireNonNull(written, "written is null");
    requireNonNull(text, "text is null");
  }

  /** A text without variables of the environment. */
  public static Template of(String text) {
    return new Template(text, text);
  }

  /** The names of the variables that are still open, in order. */
  public Set<String> variables() {
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /**
   * The text with every variable replaced.
   *
   * @throws IllegalArgumentException when a variable has no value
   */
  public String expand(Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              String value = values.get(match.group(1));
              if (value == null) {
                throw new IllegalArgumentException(
                    "no value for ${" + match.group(1) + "} in '" + written + "'");
              }
              return Matcher.quoteReplacement(value);
            });
  }

  @Override
  public String toString() {
    return written;
  }
}
