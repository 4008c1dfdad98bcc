package dev.nightjar.spark;

/**
 * How many rows are scored at once: a batch is full at either bound, and always holds one row.
 *
 * @param rows the most rows
 * @param bytes the most bytes that their values are estimated to take
 */
public record BatchBounds(int rows, long bytes) implements java.io.Serializable {
  /** Where DL4J is about as fast as it gets and rows still fit a small heap. */
  public static final BatchBounds DEFAULT = new BatchBounds(4096, 32L << 20);

  /** The same with no more rows than the bytes have room for. */
  public BatchBounds fit(long bytesOfRow) {
    return new BatchBounds((int) Math.max(1, Math.min(rows, bytes / bytesOfRow)), bytes);
  }

  public BatchBounds {
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "a batch of "
              + rows
              + " rows and "
              + bytes
              + " bytes holds nothing; both must be 1 or more");
    }
  }
}
