package dev.nightjar.schedule.page;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One interval of a job, and all that was tried for it.
 *
 * @param standing null when the ledger has no slot of it
 * @param attempts as the files tell of them, the last one first
 * @param unread why the files cannot be read; null when they can
 * @param tries as the ledger tells of them, the last one first
 * @param commands that look further
 */
record RunView(
    Instant at,
    String job,
    String zone,
    String interval,
    Overview.@Nullable Standing standing,
    @Nullable Long token,
    List<RunDetails> attempts,
    @Nullable String unread,
    List<Tried> tries,
    List<String> commands) {
  /** A run that was started under a lease; {@code log} is where its output lies. */
  record Tried(
      long fence,
      String scheduler,
      Instant started,
      @Nullable Instant ended,
      @Nullable Long exit,
      String reason,
      String log) {}
}
