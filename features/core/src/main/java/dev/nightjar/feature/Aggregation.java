package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a feature makes of the rows in a window of time that ends at the as-of time: of those that
 * are visible then and whose age, the as-of time less the event time, is no more than the window's
 * length. So a window holds the rows that would be young enough for a maximum age of its length.
 *
 * @param function what is computed; nulls are left out
 * @param over the window's length, above zero
 */
public record Aggregation(Function function, Duration over) {

  /** What is computed. */
  public enum Function {
    /** How many values there are; of the event time, how many rows. */
    COUNT(DataType.LONG),
    /** The exact sum of the values as doubles, rounded once; null of none. */
    SUM(DataType.DOUBLE),
    /** The exact sum, rounded once, by the number of values; null of none. */
    MEAN(DataType.DOUBLE),
    /** The least value, NaN being the greatest; null of none. */
    MIN(null),
    /** The greatest value, NaN being the greatest; null of none. */
    MAX(null),
    /** The value of the newest row that has one, tied rows as the view says; null of none. */
    LAST(null);

    private final Optional<DataType> result;

    Function(@Nullable DataType result) {
      this.result = Optional.ofNullable(result);
    }

    /** The type of what is computed; empty where it is that of the values. */
    public Optional<DataType> result() {
      return result;
    }
  }

  public Aggregation {
    requireNonNull(function, "function is null");
    if (over.isNegative() || over.isZero()) {
      throw new IllegalArgumentException("a window of " + over + " holds nothing");
    }
  }
}
