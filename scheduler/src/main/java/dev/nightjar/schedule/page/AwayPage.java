package dev.nightjar.schedule.page;

import java.time.Instant;
import java.util.Optional;

/** What is shown while the ledger does not answer. */
final class AwayPage {
  private AwayPage() {}

  /**
   * @param since when this scheduler noticed; empty when it has not so far
   */
  static String html(Frame frame, Instant now, Optional<Instant> since, String sentence) {
    Tag when = Tag.of("p");
    since.ifPresent(at -> when.text("Since ").add(Words.time(at, "UTC", now)).text(" UTC."));
    return frame.page(
        "the ledger does not answer",
        now,
        Tag.of("h1").text("The ledger does not answer"),
        Tag.of("p", "bad").add(Tag.foreign(sentence)),
        when,
        Tag.of("p")
            .text(
                "Nothing is begun until it answers; what runs goes on until its lease ends. This"
                    + " page asks again by itself."));
  }
}
