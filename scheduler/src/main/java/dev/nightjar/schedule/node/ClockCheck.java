package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether this machine's clock agrees with the one that all schedulers share, the ledger's: leases
 * and slots are dated by it. Not thread-safe.
 */
final class ClockCheck {
  private static final Duration MOST = Duration.ofSeconds(2);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final Clock clock;
  private final Consumer<String> say;
  private Instant next = Instant.MIN;
  private boolean agrees = true;

  ClockCheck(Ledger ledger, Clock clock, Consumer<String> say) {
    this.ledger = ledger;
    this.clock = clock;
    this.say = say;
  }

  /** Whether it agrees; asked again every few seconds, and each time while it does not. */
  boolean agrees() {
    Instant before = clock.instant();
    if (agrees && before.isBefore(next)) {
      return true;
    }
    Optional<Instant> theirs = ledger.now();
    Instant after = clock.instant();
    next = after.plus(EVERY);
    boolean agreed = agrees;
    Duration off = theirs.map(at -> off(at, before, after)).orElse(Duration.ZERO);
    agrees = off.abs().compareTo(MOST) <= 0;
    if (agreed && !agrees) {
      say.accept(
          String.format(
              Locale.ROOT,
              "this machine's clock is %.1f s %s that of the ledger %s; nothing is taken until they"
                  + " agree to %d s: set this machine's clock",
              off.abs().toMillis() / 1e3,
              off.isNegative() ? "behind" : "before",
              ledger.place().shown(),
              MOST.toSeconds()));
    } else if (!agreed && agrees) {
      say.accept("this machine's clock agrees with the ledger's again");
    }
    return agrees;
  }

  /** By how much this clock is before the other one, which was read between two of its times. */
  static Duration off(Instant theirs, Instant before, Instant after) {
    if (theirs.isBefore(before)) {
      return Duration.between(theirs, before);
    }
    return theirs.isAfter(after) ? Duration.between(theirs, after) : Duration.ZERO;
  }
}
