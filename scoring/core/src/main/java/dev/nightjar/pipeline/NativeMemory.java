package dev.nightjar.pipeline;

import java.util.Locale;
import java.util.concurrent.Semaphore;

/**
 * How much memory beside the heap a network may take at once in this JVM. Of an engine's library no
 * JVM option bounds what it takes, so batches are cut to it; what JavaCPP may take is the bound for
 * all of them, since {@code nightjar submit} derives it from the container.
 */
final class NativeMemory {
  private static final String LIMIT = "org.bytedeco.javacpp.maxbytes";

  /** What rows inside networks may take together. */
  private static final int KIBIBYTES =
      (int)
          Math.max(
              1,
              Math.min(
                  Integer.MAX_VALUE,
                  (limit() / MemoryNeed.SHARE_OF_ROWS * MemoryNeed.SHARES_AT_ONCE) >> 10));

  private static final Semaphore ROOM = new Semaphore(KIBIBYTES, true);

  private NativeMemory() {}

  /**
   * How many rows fit.
   *
   * @param bytesOfRow of a row inside the network; 0 when it is not known
   */
  static int rowsAtOnce(long bytesOfRow) {
    return bytesOfRow == 0
        ? Integer.MAX_VALUE
        : (int)
            Math.max(
                1, Math.min(Integer.MAX_VALUE, limit() / MemoryNeed.SHARE_OF_ROWS / bytesOfRow));
  }

  /**
   * Waits until the rows that other threads have inside their networks leave room for these.
   * Whoever waits holds nothing that others wait for, so all come through.
   *
   * @param bytes that the rows take; 0 when it is not known
   * @return what was taken, to be given back
   */
  static int take(long bytes) {
    int kibibytes = (int) Math.min(KIBIBYTES, bytes == 0 ? 0 : 1 + (bytes >> 10));
    ROOM.acquireUninterruptibly(kibibytes);
    return kibibytes;
  }

  static void giveBack(int taken) {
    ROOM.release(taken);
  }

  private static long limit() {
    String text = System.getProperty(LIMIT, "").strip().toLowerCase(Locale.ROOT);
    if (text.matches("[1-9][0-9]{0,14}[kmg]?b?")) {
      long number = Long.parseLong(text.replaceAll("[^0-9]", ""));
      return number
          * (text.contains("g")
              ? 1L << 30
              : text.contains("m") ? 1L << 20 : text.contains("k") ? 1L << 10 : 1);
    }
    return Runtime.getRuntime().maxMemory();
  }
}
