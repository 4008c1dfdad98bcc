package dev.nightjar.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What became of the requests of a load. Not thread-safe. */
public final class Tally {
  private static final int OK = 200;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final double NANOS_OF_A_MILLISECOND = 1e6;

  private final Histogram latency = new Histogram(3);
  private final Map<Integer, Long> statuses = new TreeMap<>();
  private long late;
  private long refused;
  private long unanswered;
  private long brokenOff;
  private long silent;
  private double seconds;

  void answered(int status, long nanos, boolean isLate) {
    statuses.merge(status, 1L, Long::sum);
    if (status == OK) {
      latency.recordValue(Math.max(nanos, 0));
      late += isLate ? 1 : 0;
    }
  }

  void foundNobody() {
    refused++;
  }

  void ended(Unanswered how) {
    if (how.isBegun()) {
      brokenOff++;
    } else {
      unanswered++;
    }
  }

  void heardNothing() {
    silent++;
  }

  void took(double elapsed) {
    seconds = elapsed;
  }

  void add(Tally other) {
    latency.add(other.latency);
    other.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
    late += other.late;
    refused += other.refused;
    unanswered += other.unanswered;
    brokenOff += other.brokenOff;
    silent += other.silent;
  }

  /** How many were answered with 200. */
  public long accepted() {
    return statuses.getOrDefault(OK, 0L);
  }

  /** Of those that were answered with 200, how many took longer than the load's deadline. */
  public long late() {
    return late;
  }

  /** How many times nobody listened. */
  public long refused() {
    return refused;
  }

  /** How many connections ended, or were silent for too long, with a request on them. */
  public long lost() {
    return unanswered + brokenOff + silent;
  }

  /** How many were answered with a status of 500 or more. */
  public long serverErrors() {
    return statuses.entrySet().stream()
        .filter(entry -> entry.getKey() >= FIRST_SERVER_ERROR)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** How many were answered with that status. */
  public long answeredWith(int status) {
    return statuses.getOrDefault(status, 0L);
  }

  /** How many were sent. */
  public long sent() {
    return statuses.values().stream().mapToLong(Long::longValue).sum() + lost();
  }

  /** From the first request to the last answer. */
  public double seconds() {
    return seconds;
  }

  /** Those answered with 200, a second. */
  public double acceptedPerSecond() {
    return accepted() / seconds;
  }

  /** The latency below which so much of a hundred of those with 200 lie, in milliseconds. */
  public double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / NANOS_OF_A_MILLISECOND;
  }

  /** All in one line, for people. */
  public String words() {
    String answers =
        statuses.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .collect(Collectors.joining(", "));
    StringBuilder words = new StringBuilder(answers.isEmpty() ? "no answers" : answers);
    tell(words, late, "late");
    tell(words, refused, "refused connections");
    tell(words, unanswered, "ended without an answer");
    tell(words, brokenOff, "answers broke off");
    tell(words, silent, "never answered");
    return words.toString();
  }

  private static void tell(StringBuilder words, long count, String what) {
    if (count > 0) {
      words.append("; ").append(count).append(' ').append(what);
    }
  }
}
