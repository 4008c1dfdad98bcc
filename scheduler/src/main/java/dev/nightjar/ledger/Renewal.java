package dev.nightjar.ledger;

/** What a holder is told when it asks for its lease to go on. */
public enum Renewal {
  /** It goes on. */
  RENEWED,
  /** It goes on, and a person wants the run to be stopped. */
  CANCEL_ASKED,
  /** It is not the holder's any more: stop what runs under it. */
  LOST
}
