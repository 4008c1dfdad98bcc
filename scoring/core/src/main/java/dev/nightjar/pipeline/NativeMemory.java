package dev.nightjar.pipeline;

import java.util.Locale;

/**
 * How much memory beside the heap a network may take at once in this JVM. Of an engine's library no
 * JVM option bounds what it takes, so batches are cut to it; what JavaCPP may take is the bound for
 * all of them, since {@code nightjar submit} derives it from the container.
 */
final class NativeMemory {
  private static final String LIMIT = "org.bytedeco.javacpp.maxbytes";

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
