package dev.nightjar.schedule.node;

import dev.nightjar.ledger.LedgerException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether the ledger answers; tells when it stops to, and when it does again. Not thread-safe. */
final class Outage {
  private final Consumer<String> say;
  private Optional<Instant> since = Optional.empty();
  private long count;
  private String told = "";

  Outage(Consumer<String> say) {
    this.say = say;
  }

  void began(LedgerException problem, Instant now) {
    String message = String.valueOf(problem.getMessage());
    if (!message.equals(told)) {
      say.accept(
          message + ". Nothing is taken until it answers; what runs goes on until its lease ends");
      told = message;
    }
    count += since.isEmpty() ? 1 : 0;
    since = Optional.of(since.orElse(now));
  }

  void over(Instant now) {
    since.ifPresent(
        at ->
            say.accept(
                "the ledger answers again, after " + Verdict.words(Duration.between(at, now))));
    since = Optional.empty();
    told = "";
  }

  /** Since when it does not answer; empty while it does. */
  Optional<Instant> since() {
    return since;
  }

  /** How often it has stopped to. */
  long count() {
    return count;
  }

  boolean isOn() {
    return since.isPresent();
  }
}
