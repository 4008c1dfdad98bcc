package dev.nightjar.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that configuration may name as <code>${env:NAME}</code>, and the files
 * with secrets that it may name as <code>${file:/path}</code>. Each value that was handed out is
 * remembered, so that {@link #redact} can turn it back into its name before a text is printed or
 * stored. Thread-safe.
 */
public final class Environment {
  private static final int SHORTEST_REDACTED = 4;

  private final Function<String, @Nullable String> lookup;
  private final boolean verbatim;
  private final Map<String, String> handedOut = new HashMap<>();

  public Environment(Function<String, @Nullable String> lookup) {
    this(lookup, false);
  }

  private Environment(Function<String, @Nullable String> lookup, boolean verbatim) {
    this.lookup = lookup;
    this.verbatim = verbatim;
  }

  /** The variables of this process. */
  public static Environment ofProcess() {
    return new Environment(System::getenv);
  }

  /** No variables at all. */
  public static Environment empty() {
    return new Environment(name -> null);
  }

  /**
   * For files that Nightjar wrote itself, such as a bundle's: every <code>${…}</code> is plain
   * text. Data may hold such texts, and a file from elsewhere must not see this process's
   * variables.
   */
  public static Environment verbatim() {
    return new Environment(name -> null, true);
  }

  boolean isVerbatim() {
    return verbatim;
  }

  /** The value of a variable, empty when it is not set. */
  public synchronized Optional<String> get(String name) {
    String value = lookup.apply(name);
    if (value != null) {
      handedOut.put("env:" + name, value);
    }
    return Optional.ofNullable(value);
  }

  /**
   * What a file holds, without the line's end that editors add.
   *
   * @throws IOException when it cannot be read as UTF-8
   */
  synchronized String file(Path path) throws IOException {
    String value = Files.readString(path).replaceFirst("\\r?\\n\\z", "");
    handedOut.put("file:" + path, value);
    return value;
  }

  /**
   * The text with every value that was handed out replaced by its <code>${env:NAME}</code> or
   * <code>${file:/path}</code>, longest first. Values of fewer than four characters are replaced
   * only where they are the whole text, elsewhere they would turn up by chance.
   */
  public synchronized String redact(String text) {
    for (Map.Entry<String, String> entry : handedOut.entrySet()) {
      if (!text.isEmpty() && entry.getValue().equals(text)) {
        return "${" + entry.getKey() + "}";
      }
    }
    String[] result = {text};
    handedOut.entrySet().stream()
        .filter(e -> e.getValue().length() >= SHORTEST_REDACTED)
        .sorted((a, b) -> b.getValue().length() - a.getValue().length())
        .forEach(e -> result[0] = result[0].replace(e.getValue(), "${" + e.getKey() + "}"));
    return result[0];
  }
}
