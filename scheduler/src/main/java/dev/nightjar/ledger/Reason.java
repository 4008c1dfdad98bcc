package dev.nightjar.ledger;

/** A sentence as both databases take it. */
final class Reason {
  /** What a column of text takes. */
  private static final int LONGEST = 4_000;

  private Reason() {}

  /** Cut to what there is room for; PostgreSQL has no character 0. */
  static String fitting(String reason) {
    String text = reason.replace('\0', ' ');
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }
}
