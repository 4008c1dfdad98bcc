package dev.nightjar.contract;

import java.util.Locale;

/** What became of a row. Each row has exactly one. */
public enum Outcome {
  /** It has a score. */
  SCORED,
  /** The transform's own filter took it out. */
  FILTERED,
  /** It could not be scored; a {@link Rejection} says where and why. */
  REJECTED;

  /** The name that columns, records and messages use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
