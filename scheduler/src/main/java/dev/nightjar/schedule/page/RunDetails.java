package dev.nightjar.schedule.page;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt as its run record tells of it.
 *
 * @param token of the attempt
 * @param fate what has become of it, as {@code nightjar runs} has it
 * @param because one clause on how that is known
 * @param status how it ended
 * @param reason one sentence on how it ended
 * @param started when it began; null when its record cannot be read
 * @param ended when it ended; null when its record cannot be read
 * @param rows what became of its rows; null when its record cannot be read
 * @param rejections why rows were rejected, most frequent first
 * @param flags how many rows carry each flag
 * @param steps how long each part took, in order
 * @param parity its certificate in a line; null when there is none
 * @param origins what was read and written, by what it is to the run
 * @param digests of what went in, by its name
 * @param warnings for people
 */
public record RunDetails(
    long token,
    String fate,
    String because,
    String status,
    String reason,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable Rows rows,
    List<Rejection> rejections,
    Map<String, Long> flags,
    List<Step> steps,
    @Nullable String parity,
    Map<String, String> origins,
    Map<String, String> digests,
    List<String> warnings) {
  /** Rows, by what became of them; {@code unassigned} belong to no interval. */
  public record Rows(long read, long scored, long filtered, long rejected, long unassigned) {}

  /**
   * Rows that were rejected alike.
   *
   * @param field because of which, or empty
   * @param example one row's reason
   */
  public record Rejection(String stage, String field, String example, long count) {}

  /** How long a part took. */
  public record Step(String name, double seconds) {}

  /** How long all parts took, in seconds. */
  double seconds() {
    return steps.stream().mapToDouble(Step::seconds).sum();
  }
}
