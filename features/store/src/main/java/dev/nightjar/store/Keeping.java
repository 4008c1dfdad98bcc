package dev.nightjar.store;

/** What a store keeps of each key's past. */
public enum Keeping {
  /** What is visible at the end of what has been stored: enough for requests of now. */
  NEWEST,
  /** What was visible at each time, so that past times can be asked. */
  HISTORY;

  String words() {
    return this == NEWEST ? "without its history" : "with its history";
  }
}
