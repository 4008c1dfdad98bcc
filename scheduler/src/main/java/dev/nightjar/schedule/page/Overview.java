package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All jobs at a glance.
 *
 * @param at when it was looked
 * @param project its folder
 * @param problems the worst first
 * @param running what runs now
 * @param waiting what is due, or waits; the first ones, where there are many
 * @param jobs by name
 */
record Overview(
    Instant at,
    String project,
    String ledger,
    List<Scheduler> schedulers,
    List<Trouble> problems,
    List<Standing> running,
    List<Standing> waiting,
    long due,
    List<JobLine> jobs) {

  /** A scheduler; {@code there} tells whether it has been heard of lately. */
  record Scheduler(String name, Instant started, Instant seen, boolean there) {}

  /**
   * Something that somebody has to look at.
   *
   * @param job null where it is not about one
   * @param interval the newest of them; null where it is about none
   * @param what in a few words
   * @param reason in a sentence, as whoever found it has said it
   * @param since null where nobody knows
   */
  record Trouble(
      Mark mark,
      @Nullable String job,
      @Nullable String interval,
      String what,
      String reason,
      @Nullable Instant since) {}

  /** A slot, as far as it is told of in a line. */
  record Standing(
      String job,
      String interval,
      Mark mark,
      String cause,
      int tries,
      @Nullable String scheduler,
      Instant since,
      Instant notBefore,
      String reason) {
    static Standing of(Slot slot) {
      String node =
          slot.state() == SlotState.RUNNING
              ? slot.lease().map(lease -> lease.node()).orElse(null)
              : null;
      return new Standing(
          slot.job(),
          slot.interval(),
          Mark.of(slot.state()),
          slot.cause().word(),
          slot.tries(),
          node,
          slot.since(),
          slot.notBefore(),
          slot.reason());
    }
  }

  /**
   * A job in a line.
   *
   * @param zone in which its times are told
   * @param cron null for a job without a schedule, one that is broken, or gone
   * @param next when it fires next; null for never
   * @param scores the interval that this firing scores
   * @param pausedBy null unless it is paused
   * @param broken what is wrong with its files; null for nothing
   * @param gone whether its file is gone
   * @param last the newest interval that has come to an end; null for none
   * @param publishedTo the end of the newest published interval; null for none
   * @param counts slots by state, of those states that somebody may have to look at
   */
  record JobLine(
      String name,
      String zone,
      @Nullable String grain,
      @Nullable String cron,
      @Nullable String words,
      @Nullable Instant next,
      @Nullable String scores,
      @Nullable String pausedBy,
      @Nullable Instant pausedSince,
      @Nullable String broken,
      boolean gone,
      @Nullable Standing last,
      @Nullable Instant publishedTo,
      Map<String, Long> counts) {}
}
