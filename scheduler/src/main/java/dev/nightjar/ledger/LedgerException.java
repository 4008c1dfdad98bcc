package dev.nightjar.ledger;

import java.util.Locale;

/** The ledger cannot be used, or holds what no ledger of ours would. */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What it means for whoever asked. */
  public enum Kind {
    /** The database did not answer, or not in time: what was asked may have happened. Ask again. */
    UNREACHABLE,
    /** It holds something that cannot be, or is of a newer version. */
    UNSOUND
  }

  private final Kind kind;

  LedgerException(Kind kind, LedgerPlace place, String problem, String remedy) {
    super(message(place, problem, remedy));
    this.kind = kind;
  }

  LedgerException(Kind kind, LedgerPlace place, String problem, String remedy, Throwable cause) {
    super(message(place, problem, remedy), cause);
    this.kind = kind;
  }

  private static String message(LedgerPlace place, String problem, String remedy) {
    return String.format(Locale.ROOT, "the ledger %s %s; %s", place.shown(), problem, remedy);
  }

  /** What it means for whoever asked. */
  public Kind kind() {
    return kind;
  }
}
