package dev.nightjar.engine;

/**
 * A network behind the contract's layout: rows of normalized columns in, rows of units out. Not
 * thread-safe; there is one for each thread.
 */
public interface EngineNetwork extends AutoCloseable {

  /** How many columns a row has. */
  int columns();

  /** How many numbers the network gives for a row. */
  int units();

  /** How many rows it likes best to be given at once; more are taken, and are slower. */
  default int rowsAtOnce() {
    return Integer.MAX_VALUE;
  }

  /**
   * How many bytes a row takes inside the network, rather too many than too few; 0 when that is not
   * known before it runs.
   */
  default long bytesOfRow() {
    return 0;
  }

  /**
   * Runs rows. A row's units do not depend on the other rows beyond rounding.
   *
   * @param rows at least {@code count} times {@link #columns} numbers, row after row, all finite
   * @param count how many rows, at least one
   * @return {@code count} times {@link #units} numbers, row after row, in an array of the caller's
   * @throws dev.nightjar.bundle.BundleException when it can run no rows any more, whichever they
   *     are
   * @throws RuntimeException when the library throws; for which of the rows is not said
   */
  float[] run(float[] rows, int count);

  @Override
  void close();
}
