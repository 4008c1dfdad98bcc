package dev.nightjar.online.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.online.oip.TensorForm;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.rest.RowForm;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies as nobody should send them: both forms take them or refuse them with words. */
class HostileBodiesTest {
  private static final int BODIES = 20_000;

  private static final RowForm ROWS = new RowForm(RequestLimits.DEFAULT);
  private static final TensorForm TENSORS = new TensorForm(RequestLimits.DEFAULT);
  private static final ModelCard FLIGHTS = Cards.flights();
  private static final ModelCard IRIS = Cards.iris();

  private static final List<String> SOUND =
      List.of(
          "{\"carrier\":\"AA\",\"distance\":719.5,\"departure\":\"2013-11-30T06:00:00Z\","
              + "\"origin\":\"JFK\",\"tail\":\"N1\",\"seats\":149,\"night\":true}",
          "[{\"carrier\":\"ÄÖ\",\"distance\":1e2,\"departure\":\"2013-11-30T06:00:00.1+01:00\","
              + "\"temp\":-1.5,\"wind\":0,\"built\":1999},{\"carrier\":null,\"distance\":7,"
              + "\"departure\":null,\"origin\":3,\"tail\":\"\\ud83d\\ude00\",\"fuel\":0.1}]",
          "{\"id\":\"1\",\"inputs\":[{\"name\":\"input-0\",\"shape\":[2,4],\"datatype\":\"FP32\","
              + "\"data\":[[1,2,3,4],[5.5,null,7e-3,8]]}],\"outputs\":[{\"name\":\"setosa\"}]}",
          "{\"inputs\":[{\"name\":\"sepal_width\",\"shape\":[2],\"datatype\":\"FP64\","
              + "\"data\":[1,2],\"parameters\":{\"a\":{}}},{\"data\":[3,4],\"name\":"
              + "\"petal_width\",\"datatype\":\"INT8\",\"shape\":[2,1]}]}");

  private static final List<String> TOKENS =
      List.of(
          "1e400",
          "-1e400",
          "NaN",
          "Infinity",
          "-",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "null",
          "true",
          "1e99999999999",
          "1e-99999999999",
          "0.0",
          "9223372036854775808",
          "123456789".repeat(9),
          "[".repeat(2000),
          "{\"a\":".repeat(50),
          "\"\\ud800\"",
          "\\u0000",
          "//",
          "/**/",
          "\uFEFF",
          "\u0000",
          "\"distance\":1,",
          "\"shape\":[4611686018427387904,4],",
          "\"seats\":[[]],",
          "\"data\":[[[]]],",
          "1 ",
          ".5",
          "0x10",
          "'a'",
          "\"x\":",
          "\"" + "y".repeat(1100) + "\":1,",
          "\"" + "z".repeat(33_000) + "\"");

  private static byte[] mutated(Random random) {
    byte[] body = SOUND.get(random.nextInt(SOUND.size())).getBytes(StandardCharsets.UTF_8);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && body.length > 0; i++) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(7)) {
        case 0 -> body[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> body = Arrays.copyOf(body, at);
        case 2 -> body = inserted(body, at, token(random));
        case 3 -> body = inserted(body, at, new byte[] {(byte) (0x80 | random.nextInt(128))});
        case 4 -> body = inserted(body, at, unicode(random));
        case 5 -> {
          int to = at + random.nextInt(body.length - at);
          body = inserted(body, to, Arrays.copyOfRange(body, at, to));
        }
        default -> {
          int to = at + random.nextInt(body.length - at);
          byte[] rest = Arrays.copyOfRange(body, to, body.length);
          body = inserted(Arrays.copyOf(body, at), at, rest);
        }
      }
    }
    return body;
  }

  private static byte[] token(Random random) {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] unicode(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.appendCodePoint(random.nextInt(0x11_0000));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] inserted(byte[] body, int at, byte[] piece) {
    byte[] longer = Arrays.copyOf(body, body.length + piece.length);
    System.arraycopy(piece, 0, longer, at, piece.length);
    System.arraycopy(body, at, longer, at + piece.length, body.length - at);
    return longer;
  }

  /** Anything but this one exception ends the test. */
  private static String fate(Runnable decoding) {
    try {
      decoding.run();
      return "taken";
    } catch (RequestException e) {
      assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(20_000);
      assertThat(e.getMessage().chars().noneMatch(Character::isISOControl)).isTrue();
      assertThat(JsonBytes.isWellFormed(e.getMessage())).isTrue();
      return e.kind().name();
    }
  }

  @Test
  void every_body_is_taken_or_refused_with_words() {
    long seed = System.nanoTime();
    System.out.println("hostile bodies are made from the seed " + seed);
    Random random = new Random(seed);
    Map<String, Integer> fates = new HashMap<>();
    long begun = allocated();
    for (int i = 0; i < BODIES; i++) {
      byte[] body = mutated(random);
      try {
        fates.merge(fate(() -> ROWS.decode(body, FLIGHTS)), 1, Integer::sum);
        fates.merge(fate(() -> TENSORS.decode(body, IRIS)), 1, Integer::sum);
      } catch (RuntimeException | StackOverflowError | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ", body " + i + ": " + new String(body, StandardCharsets.UTF_8), e);
      }
    }
    long each = (allocated() - begun) / BODIES;

    assertThat(fates).containsOnlyKeys("taken", "MALFORMED");
    assertThat(fates.get("taken")).as("bodies that were changed and are sound").isPositive();
    // Both decoders, and the making of the body; the longest is of some 100 KiB.
    assertThat(each).as("bytes that a body takes").isLessThan(500_000);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void the_largest_bodies_take_memory_in_proportion() {
    List<String> largest = new ArrayList<>();
    largest.add("[" + "1,".repeat(500_000) + "1]");
    largest.add("{\"a\":[" + "1,".repeat(500_000) + "1]}");
    largest.add("[" + "{},".repeat(300_000) + "{}]");
    largest.add(names(60_000));
    largest.add("{\"inputs\":[" + "{\"data\":[1]},".repeat(70_000) + "{}]}");
    largest.add("{\"inputs\":[{\"data\":[" + "[],".repeat(300_000) + "[]]}]}");
    largest.add("{\"inputs\":[{\"data\":[" + "1,".repeat(500_000) + "1]}]}");
    largest.add("{\"outputs\":[" + "{\"name\":\"a\"},".repeat(70_000) + "{}]}");
    largest.add("{\"inputs\":[{\"shape\":[" + "1,".repeat(500_000) + "1]}]}");
    for (String text : largest) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      assertThat(body.length).isLessThanOrEqualTo(RequestLimits.DEFAULT.bodyBytes());
      long begun = allocated();
      String ofRows = fate(() -> ROWS.decode(body, FLIGHTS));
      String ofTensors = fate(() -> TENSORS.decode(body, IRIS));
      String begin = text.substring(0, 30);
      assertThat(List.of(ofRows, ofTensors)).as(begin).isSubsetOf("MALFORMED", "TOO_LARGE");
      assertThat(allocated() - begun).as(begin).isLessThan(100L << 20);
    }
  }

  /** An object of so many names, each another. */
  private static String names(int count) {
    StringBuilder body = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      body.append("\"n").append(i).append("\":1,");
    }
    return body.append("\"n\":1}").toString();
  }
}
