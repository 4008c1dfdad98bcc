package dev.nightjar.dl4j;

import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;

/**
 * Runs a network over as many rows at once as native memory has room for. JavaCPP's limits cannot
 * do that: what DL4J takes for its workspaces they never see, and the kernel ends a process that
 * exceeds its container without a word. Not thread-safe, as the network is not.
 */
final class BoundedOutput {
  /** Of what native code may allocate, for one scorer's activations; several may score at once. */
  private static final int SHARE = 4;

  /** A layer holds its sums beside its activations. */
  private static final int COPIES = 2;

  private final RowNetwork network;
  private final int mostRows;

  /** Keeps to the limit of this JVM: {@code org.bytedeco.javacpp.maxbytes}, or the heap's size. */
  BoundedOutput(RowNetwork network) {
    this(network, Pointer.maxBytes());
  }

  /**
   * Keeps to a limit.
   *
   * @param limit in bytes; 0 for none
   */
  BoundedOutput(RowNetwork network, long limit) {
    this.network = network;
    this.mostRows = mostRows(network.bytesPerRow(), limit);
  }

  private static int mostRows(long bytesPerRow, long limit) {
    if (limit <= 0) {
      return Integer.MAX_VALUE;
    }
    long rows = limit / SHARE / Math.max(1, COPIES * bytesPerRow);
    return (int) Math.max(1, Math.min(rows, Integer.MAX_VALUE));
  }

  /** How many rows it runs at once. */
  int mostRows() {
    return mostRows;
  }

  /** The activations of the output layer for rows of floats, row after row. */
  float[] output(float[] values, int rows) {
    if (rows <= mostRows) {
      return network.output(values, rows);
    }
    int width = network.columns();
    float[] all = new float[0];
    int filled = 0;
    for (int from = 0; from < rows; from += mostRows) {
      int to = Math.min(rows, from + mostRows);
      float[] some =
          network.output(Arrays.copyOfRange(values, from * width, to * width), to - from);
      if (from == 0) {
        all = new float[some.length / (to - from) * rows];
      }
      System.arraycopy(some, 0, all, filled, some.length);
      filled += some.length;
    }
    return all;
  }
}
