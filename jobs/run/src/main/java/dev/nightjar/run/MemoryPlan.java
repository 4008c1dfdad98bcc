package dev.nightjar.run;

import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.spark.BatchBounds;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory that a run takes on one executor, and whether that is there. All in bytes.
 *
 * @param need of the bundle
 * @param rows in flight for each task, at most
 * @param room on the executor
 */
public record MemoryPlan(MemoryNeed need, int rows, MemoryRoom room) {
  /** A bundle lies there as it was sent, and as files of its own. */
  private static final int COPIES_OF_FILES = 2;

  /** For batches of the usual size, or as many rows of them as there is room for. */
  public static MemoryPlan of(MemoryNeed need, MemoryRoom room) {
    return new MemoryPlan(need, BatchBounds.DEFAULT.fit(need.heapOfRow()).rows(), room);
  }

  /** The same run on other executors. */
  public MemoryPlan in(MemoryRoom other) {
    return of(need, other);
  }

  /** On the heap, of all tasks together. */
  public long heap() {
    return COPIES_OF_FILES * need.files() + (long) room.cores() * rows * need.heapOfRow();
  }

  /** Beside the heap, of the rows that a task has inside the network at once. */
  public long nativeOfRows() {
    long bound = Math.max(need.nativeOfRow(), room.beside() / MemoryNeed.SHARE_OF_ROWS);
    return need.nativeOfRow() == 0
        ? bound
        : Math.min(Math.min(rows, need.rowsInside()) * need.nativeOfRow(), bound);
  }

  /** Beside the heap, of all tasks together. */
  public long beside() {
    return need.nativeShared() + room.cores() * need.nativeOfReplica() + leastOfRows();
  }

  /** Batches are cut to what there is, down to a row, and wait where others have taken it. */
  private long leastOfRows() {
    long share = room.beside() / MemoryNeed.SHARE_OF_ROWS;
    return need.nativeOfRow() == 0
        ? 0
        : Math.min(
            room.cores() * Math.min(nativeOfRows(), share), MemoryNeed.SHARES_AT_ONCE * share);
  }

  /** Why the run cannot fit, with the remedy; empty when it fits. */
  public Optional<String> misfit() {
    if (heap() > room.heap()) {
      return Optional.of(
          misfit("on the heap", heap(), room.heap(), need.heapOfRow(), need.files()));
    }
    if (beside() > room.beside() || need.nativeOfRow() > room.beside() / MemoryNeed.SHARE_OF_ROWS) {
      return Optional.of(
          misfit(
              "beside the heap",
              Math.max(beside(), MemoryNeed.SHARE_OF_ROWS * need.nativeOfRow()),
              room.beside(),
              need.nativeOfRow(),
              need.nativeShared() + room.cores() * need.nativeOfReplica()));
    }
    return Optional.empty();
  }

  private String misfit(String where, long needed, long there, long ofRow, long ofModel) {
    return String.format(
        Locale.ROOT,
        "the bundle needs %s %s of %s (%s of them for the model, %s for a row in flight; %d tasks at"
            + " once) and there are %s; %s",
        words(needed),
        where,
        room.name(),
        words(ofModel),
        words(ofRow),
        room.cores(),
        words(there),
        room.remedy());
  }

  /** A number of bytes for people. */
  public static String words(long bytes) {
    if (bytes < 1L << 10) {
      return bytes + " B";
    }
    if (bytes < 1L << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
    return String.format(Locale.ROOT, "%,d MiB", (bytes + (1L << 19)) >> 20);
  }
}
