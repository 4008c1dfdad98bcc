package dev.nightjar.cli;

import dev.nightjar.data.Timestamps;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Times on a command line. */
final class Times {
  private Times() {}

  /**
   * The time that an option gives; without an offset in UTC.
   *
   * @throws ParameterException when it is none
   */
  static Instant read(CommandSpec spec, String option, String text) {
    OptionalLong micros = Timestamps.parse(text, ZoneOffset.UTC);
    if (micros.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          option
              + " '"
              + text
              + "' is no time; write 2024-03-05, or 2024-03-05T06:00:00Z, with an offset where it"
              + " is not UTC");
    }
    return Timestamps.instant(micros.getAsLong());
  }
}
