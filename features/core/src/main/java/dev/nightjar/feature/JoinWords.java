package dev.nightjar.feature;

import dev.nightjar.data.Timestamps;

/**
 * The words in which a join marks rows: flags for what was invented, and why a row is rejected. The
 * batch join and the look-up both have them from here.
 */
public final class JoinWords {
  private JoinWords() {}

  /** The flag of a row for whose key the view has no visible row. */
  public static String noRow(String view) {
    return "no-row:" + view;
  }

  /** The flag of a row for which all visible rows of the view are too old. */
  public static String stale(String view) {
    return "stale:" + view;
  }

  /** The flag of a row for which a store cannot tell what was visible. */
  public static String unknown(String view) {
    return "unknown:" + view;
  }

  /** The flag of a row that has a default in place of a null of the row that answered. */
  public static String imputed(String feature) {
    return "imputed:" + feature;
  }

  /**
   * Why an input row is rejected whose feature rows are tied.
   *
   * @param key for people: {@code carrier='UA', flight=12}
   * @param timed whether the event time is known, as it is not of a static view, nor of a window
   * @param eventTime of the tied rows, in microseconds
   */
  public static String tie(String view, boolean timed, String key, long eventTime) {
    return "view '"
        + view
        + "' has several rows of different values for "
        + key
        + (timed ? " at " + Timestamps.instant(eventTime) : "")
        + " and nothing that decides; name a 'tie-break' column, or take one with 'on-tie: any'";
  }
}
