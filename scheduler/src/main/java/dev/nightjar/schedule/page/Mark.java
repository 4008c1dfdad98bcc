package dev.nightjar.schedule.page;

import dev.nightjar.ledger.SlotState;

/** How an interval stands, as a word, a shape and a colour: each says it without the others. */
enum Mark {
  PUBLISHED("published", "✓"),
  FAILED("failed", "✕"),
  REFUSED("refused", "⊘"),
  UNKNOWN("unknown", "?"),
  /** The schedule asks for it, and nobody has made a slot of it. */
  MISSING("missing", "○"),
  RUNNING("running", "▶"),
  WAITING("waiting", "…"),
  SKIPPED("skipped", "–"),
  CANCELLED("cancelled", "■"),
  /** Nobody asks for it, or not yet. */
  NONE("not asked for", "");

  private final String word;
  private final String shape;

  Mark(String word, String shape) {
    this.word = word;
    this.shape = shape;
  }

  String word() {
    return word;
  }

  String shape() {
    return shape;
  }

  /** As a class of the style sheet. */
  String style() {
    return this == NONE ? "none" : word;
  }

  static Mark of(SlotState state) {
    return switch (state) {
      case DUE -> WAITING;
      case RUNNING -> RUNNING;
      case PUBLISHED -> PUBLISHED;
      case REFUSED -> REFUSED;
      case FAILED -> FAILED;
      case SKIPPED -> SKIPPED;
      case CANCELLED -> CANCELLED;
      case UNKNOWN -> UNKNOWN;
    };
  }
}
