package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import java.time.Instant;

/** The least and the greatest as-of time of an input, both inclusive. */
public record AsOfRange(Instant earliest, Instant latest) {
  public AsOfRange {
    if (latest.isBefore(earliest)) {
      throw new IllegalArgumentException(
          "an as-of range ends at " + latest + ", before it begins at " + earliest);
    }
  }

  static AsOfRange ofMicros(long earliest, long latest) {
    return new AsOfRange(Timestamps.instant(earliest), Timestamps.instant(latest));
  }
}
