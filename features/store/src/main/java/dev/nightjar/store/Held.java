package dev.nightjar.store;

/**
 * How a store holds a view by a rule.
 *
 * @param window the times for which it does
 * @param keeping what it keeps of the past
 */
public record Held(Window window, Keeping keeping) {
  static Held of(StoredView stored) {
    return new Held(new Window(stored.from(), stored.until()), stored.keeping());
  }
}
