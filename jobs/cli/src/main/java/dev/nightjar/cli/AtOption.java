package dev.nightjar.cli;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The moment at which freshness is judged. */
final class AtOption {
  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The moment at which rows are visible and fresh (default: now), such as 2024-03-05 or"
              + " 2024-03-05T06:00:00Z; without an offset in UTC.")
  private @Nullable String text;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  Instant moment(Clock clock) {
    return text == null
        ? clock.instant().truncatedTo(ChronoUnit.SECONDS)
        : Times.read(spec, "--at", text);
  }
}
