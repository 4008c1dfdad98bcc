package dev.nightjar.feature.spark;

import java.util.Locale;

/**
 * How a view is joined.
 *
 * @param view its name
 * @param way of joining it
 * @param reason for it, for people
 * @param physical Spark's plan of reading its rows
 */
public record JoinChoice(String view, Way way, String reason, String physical) {

  /** The ways of joining a view. */
  public enum Way {
    /** The view's rows are sent to every executor and looked up there; input rows stay in place. */
    BROADCAST,
    /** Input rows and the view's rows are shuffled by key, sorted by time, and merged. */
    MERGE;

    /** The way as it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
