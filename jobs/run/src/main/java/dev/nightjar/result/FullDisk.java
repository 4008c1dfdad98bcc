package dev.nightjar.result;

import java.util.Locale;

/** How failures say that a disk has no room left, or that its owner may not use more of it. */
public final class FullDisk {
  private FullDisk() {}

  /** Whether a failure comes from a full disk, whatever was wrapped around it. */
  public static boolean in(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (isToldBy(String.valueOf(at.getMessage()))) {
        return true;
      }
    }
    return false;
  }

  static boolean isToldBy(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    return words.contains("no space left on device") || words.contains("disk quota exceeded");
  }
}
