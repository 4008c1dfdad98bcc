package dev.nightjar.run;

import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.spark.BatchBounds;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory that a run takes on one executor, and whether that is there. All in bytes.
 *
 * @param need of the bundle
 * @param views that are sent to each executor, on its heap; 0 where that is not known
 * @param rows in flight for each task, at most
 * @param room on the executor
 */
public record MemoryPlan(MemoryNeed need, long views, int rows, MemoryRoom room) {
  /** A bundle lies there as it was sent, and as files of its own. */
  private static final int COPIES_OF_FILES = 2;

  /** The remedy where it would fit without views. */
  private static final String MERGE_VIEWS =
      ", or have views merged, with 'joins: {<view>: merge}' in the job";

  /** For batches of the usual size, or as many rows of them as there is room for; of no views. */
  public static MemoryPlan of(MemoryNeed need, MemoryRoom room) {
    return new MemoryPlan(need, 0, BatchBounds.DEFAULT.fit(need.heapOfRow()).rows(), room);
  }

  /** The same run on other executors. */
  public MemoryPlan in(MemoryRoom other) {
    return of(need, other).withViews(views);
  }

  /** The same run with so many bytes of views that are sent to each executor. */
  MemoryPlan withViews(long bytes) {
    return new MemoryPlan(need, bytes, rows, room);
  }

  /** On the heap, of all tasks together. */
  public long heap() {
    return COPIES_OF_FILES * need.files() + views + (long) room.cores() * rows * need.heapOfRow();
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
      String what =
          views == 0 ? "the bundle needs " : "the bundle and the views that are sent need ";
      String model = words(need.files()) + " of them for the model";
      return Optional.of(
          misfit(
              what + words(heap()) + " on the heap",
              views == 0 ? model : model + ", " + words(views) + " for views",
              need.heapOfRow(),
              room.heap(),
              heap() - views > room.heap() ? "" : MERGE_VIEWS));
    }
    if (beside() > room.beside() || need.nativeOfRow() > room.beside() / MemoryNeed.SHARE_OF_ROWS) {
      long needed = Math.max(beside(), MemoryNeed.SHARE_OF_ROWS * need.nativeOfRow());
      long ofModel = need.nativeShared() + room.cores() * need.nativeOfReplica();
      return Optional.of(
          misfit(
              "the bundle needs " + words(needed) + " beside the heap",
              words(ofModel) + " of them for the model",
              need.nativeOfRow(),
              room.beside(),
              ""));
    }
    return Optional.empty();
  }

  private String misfit(String needed, String parts, long ofRow, long there, String otherRemedy) {
    return String.format(
        Locale.ROOT,
        "%s of %s (%s, %s for a row in flight; %d tasks at once) and there are %s; %s%s",
        needed,
        room.name(),
        parts,
        words(ofRow),
        room.cores(),
        words(there),
        room.remedy(),
        otherRemedy);
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
