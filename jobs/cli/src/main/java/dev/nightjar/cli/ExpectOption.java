package dev.nightjar.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an alias must point so that it is moved. */
final class ExpectOption {
  @Option(
      names = "--expect",
      paramLabel = "VERSION",
      description =
          "Move the alias only if it points to VERSION until then (- for an alias that is new);"
              + " exit code 4 otherwise.")
  private @Nullable String version;

  Optional<String> version() {
    return Optional.ofNullable(version);
  }
}
