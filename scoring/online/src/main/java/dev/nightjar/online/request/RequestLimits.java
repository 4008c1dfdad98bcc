package dev.nightjar.online.request;

/**
 * How much of a request is read. What is more is refused before it costs memory.
 *
 * @param bodyBytes the longest body, as it is after any compression was undone
 * @param rows the most rows of one request
 * @param depth how deep JSON may be nested
 * @param textLength the longest text, in UTF-16 units
 */
public record RequestLimits(int bodyBytes, int rows, int depth, int textLength) {
  /** A mebibyte, 1000 rows, 8 levels, texts of 32 Ki units. */
  public static final RequestLimits DEFAULT = new RequestLimits(1 << 20, 1000, 8, 32 << 10);

  /** An object inside an array is what our own form needs, and the other one two levels more. */
  private static final int LEAST_DEPTH = 6;

  private static final int MOST_DEPTH = 64;

  public RequestLimits {
    if (bodyBytes < 1 || rows < 1 || textLength < 1) {
      throw new IllegalArgumentException(
          "limits of a request are 1 or more: bytes "
              + bodyBytes
              + ", rows "
              + rows
              + ", length of a text "
              + textLength);
    }
    if (depth < LEAST_DEPTH || depth > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "requests are nested "
              + LEAST_DEPTH
              + " deep; a limit of "
              + depth
              + " is less, or more than "
              + MOST_DEPTH);
    }
  }
}
