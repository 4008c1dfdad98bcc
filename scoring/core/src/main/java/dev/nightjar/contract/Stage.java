package dev.nightjar.contract;

import java.util.Locale;

/** Where a row is on its way, and where it was rejected. */
public enum Stage {
  JOIN,
  CONTRACT,
  TRANSFORM,
  NORMALIZE,
  MODEL,
  POST;

  /** The name that columns, records and messages use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
