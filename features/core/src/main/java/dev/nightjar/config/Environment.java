package dev.nightjar.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that configuration may name as <code>${env:NAME}</code>. Each value
 * that was handed out is remembered, so that {@link #redact} can turn it back into its name before
 * a text is printed or stored. Thread-safe.
 */
public final class Environment {
  private static final int SHORTEST_REDACTED = 4;

  private final Function<String, @Nullable String> lookup;
  private final Map<String, String> handedOut = new HashMap<>();

  public Environment(Function<String, @Nullable String> lookup) {
    this.lookup = lookup;
  }

  /** The variables of this process. */
  public static Environment ofProcess() {
    return new Environment(System::getenv);
  }

  /** No variables at all. */
  public static Environment empty() {
    return new Environment(name -> null);
  }

  /** The value of a variable, empty when it is not set. */
  public synchronized Optional<String> get(String name) {
    String value = lookup.apply(name);
    if (value != null) {
      handedOut.put(name, value);
    }
    return Optional.ofNullable(value);
  }

  /**
   * The text with every value that was handed out replaced by its <code>${env:NAME}</code>, longest
   * first. Values of fewer than four characters are left, they would turn up by chance.
   */
  public synchronized String redact(String text) {
    String[] result = {text};
    handedOut.entrySet().stream()
        .filter(e -> e.getValue().length() >= SHORTEST_REDACTED)
        .sorted((a, b) -> b.getValue().length() - a.getValue().length())
        .forEach(e -> result[0] = result[0].replace(e.getValue(), "${env:" + e.getKey() + "}"));
    return result[0];
  }
}
