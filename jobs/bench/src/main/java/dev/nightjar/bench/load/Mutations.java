package dev.nightjar.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Bodies that somebody spoilt: a sound one after one to four mishaps. The same seed and number give
 * the same body. Immutable.
 */
public final class Mutations {
  private static final int MOST = 4;

  /** What decoders have stumbled over before. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "\"\"",
          "[[[[[[[[",
          "{\"a\":",
          ",",
          ":",
          "}",
          "]",
          "\"",
          "1e999",
          "-0",
          "1e-400",
          "99999999999999999999999999",
          "0.1e",
          "01",
          "NaN",
          "Infinity",
          "\\u0000",
          "\\ud800",
          "\\q",
          "\u0000",
          "\ufeff",
          "\u202e",
          "/*",
          "//",
          "'",
          "{\"x0\":1,\"x0\":2}",
          "2026-02-30T00:00:00Z",
          "__proto__",
          "${jndi:ldap://localhost/a}",
          "\t",
          "\r\n");

  private static final int DEEP = 5_000;
  private static final int LONG = 200_000;

  private final List<byte[]> sound;
  private final long seed;

  /**
   * @param sound bodies in UTF-8, at least one
   */
  public Mutations(List<String> sound, long seed) {
    this.sound = sound.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.seed = seed;
  }

  /** The body of a number. */
  public byte[] body(long number) {
    SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9E3779B97F4A7C15L));
    byte[] body = sound.get(random.nextInt(sound.size()));
    int mishaps = 1 + random.nextInt(MOST);
    for (int i = 0; i < mishaps; i++) {
      body = spoilt(body, random);
    }
    return body;
  }

  private byte[] spoilt(byte[] body, SplittableRandom random) {
    int at = random.nextInt(body.length + 1);
    int length = random.nextInt(Math.min(body.length - at, 40) + 1);
    return switch (random.nextInt(10)) {
      case 0 -> Arrays.copyOf(body, at);
      case 1 -> replaced(body, at, length, new byte[0]);
      case 2 -> replaced(body, at, 0, Arrays.copyOfRange(body, at, at + length));
      case 3 -> flipped(body, random);
      case 4 -> replaced(body, at, length, noise(random));
      case 5, 6, 7 -> replaced(body, at, length, piece(random));
      case 8 ->
          replaced(body, at, 0, repeated(random.nextBoolean() ? "[" : "{\"a\":", DEEP, random));
      default -> other(body, at, random);
    };
  }

  /** Rarely: a very long text, a body in a body, or the beginning of another. */
  private byte[] other(byte[] body, int at, SplittableRandom random) {
    return switch (random.nextInt(20)) {
      case 0 -> replaced(body, at, 0, repeated("9", LONG, random));
      case 1 -> replaced(body, at, 0, repeated("\"a\":1,", DEEP, random));
      default -> {
        byte[] second = sound.get(random.nextInt(sound.size()));
        yield replaced(body, at, 0, Arrays.copyOf(second, random.nextInt(second.length + 1)));
      }
    };
  }

  private static byte[] replaced(byte[] body, int at, int length, byte[] by) {
    byte[] result = new byte[body.length - length + by.length];
    System.arraycopy(body, 0, result, 0, at);
    System.arraycopy(by, 0, result, at, by.length);
    System.arraycopy(body, at + length, result, at + by.length, body.length - at - length);
    return result;
  }

  private static byte[] flipped(byte[] body, SplittableRandom random) {
    byte[] result = body.clone();
    if (result.length > 0) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] bytes = new byte[1 + random.nextInt(8)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] piece(SplittableRandom random) {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] repeated(String text, int most, SplittableRandom random) {
    return text.repeat(random.nextInt(most)).getBytes(StandardCharsets.UTF_8);
  }
}
