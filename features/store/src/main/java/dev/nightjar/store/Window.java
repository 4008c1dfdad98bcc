package dev.nightjar.store;

/**
 * The as-of times for which rows of a view are stored, in microseconds since 1970.
 *
 * @param from the least; rows that are too old for it may be given without their values
 * @param until the greatest; what becomes visible after it is not given
 */
public record Window(long from, long until) {
  public Window {
    if (from > until) {
      throw new IllegalArgumentException(
          "a window from " + from + " until " + until + " holds no time");
    }
  }
}
