package dev.nightjar.transform;

import org.jspecify.annotations.Nullable;

/**
 * A step of a transform that training's own library runs, row by row: by reference. Not
 * thread-safe, as such steps may keep state.
 */
public interface RowStep {

  /**
   * What the step makes of a row.
   *
   * @param row the value of each column before the step: a Double, Float, Integer, Long, Boolean or
   *     String, null where it is missing; times are Longs of milliseconds
   * @return the value of each column after the step; null when the step filters the row
   * @throws RuntimeException when the step cannot take the row, which rejects it
   */
  @Nullable Object @Nullable [] run(@Nullable Object[] row);
}
