package dev.nightjar.online.request;

import java.util.ArrayList;
import java.util.List;

/**
 * The mistakes of one request, so that its sender hears of all of them at once. Not thread-safe.
 */
public final class Mistakes {
  /** Who has made so many has made one of them often. */
  private static final int MOST = 20;

  private final List<String> found = new ArrayList<>();

  /**
   * Notes a mistake.
   *
   * @throws RequestException when there are more than 20, so that no body keeps the decoder busy
   *     with its mistakes
   */
  public void add(String mistake) {
    if (found.size() == MOST) {
      throw RequestException.malformed(
          String.join("; ", found) + "; and more, which are not looked for before these are gone");
    }
    found.add(mistake);
  }

  /**
   * Goes on only where nothing was wrong.
   *
   * @throws RequestException with every mistake
   */
  public void refuseAny() {
    if (!found.isEmpty()) {
      throw RequestException.malformed(String.join("; ", found));
    }
  }
}
