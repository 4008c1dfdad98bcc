package dev.nightjar.storage;

import dev.nightjar.data.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a JSON object tells whether its bytes are whole: its last line, <code>"WORD": "…"}</code>,
 * holds the SHA-256 of all bytes before it. So a file that was cut off anywhere, or changed, is
 * known for what it is, and the bytes are plain JSON all the same. Immutable, and so thread-safe.
 */
public final class Seal {
  private static final String AFTER = "\"}";
  private static final int DIGITS = 64;

  private final String before;

  /**
   * A seal under a key of the object's own.
   *
   * @param word the key, without quotes
   */
  public Seal(String word) {
    this.before = "\"" + word + "\": \"";
  }

  /** What the end of some bytes says about them. */
  public enum State {
    /** They are those that were sealed. */
    WHOLE,
    /** They have no seal: whoever wrote them died, or is still writing. */
    CUT,
    /** They have a seal, and it is that of other bytes. */
    CHANGED
  }

  /**
   * The bytes of an object with its closing brace replaced by the seal's line.
   *
   * @param object JSON that ends in the closing brace of an object with at least one key
   */
  public byte[] close(String object) {
    String body = object.substring(0, object.lastIndexOf('}')).stripTrailing() + ",\n";
    return (body + line(Sha256.of(body))).getBytes(StandardCharsets.UTF_8);
  }

  /** Whether these bytes are what {@link #close} gave, or what became of it. */
  public State check(byte[] bytes) {
    int end = Math.max(0, bytes.length - line("").length() - DIGITS);
    String last = new String(bytes, end, bytes.length - end, StandardCharsets.ISO_8859_1);
    if (!isSeal(last)) {
      return State.CUT;
    }
    return last.equals(line(Sha256.of(Arrays.copyOf(bytes, end)))) ? State.WHOLE : State.CHANGED;
  }

  private boolean isSeal(String last) {
    return last.startsWith(before)
        && last.endsWith(AFTER)
        && last.substring(before.length(), last.length() - AFTER.length()).matches("[0-9a-f]{64}");
  }

  private String line(String digest) {
    return before + digest + AFTER;
  }
}
