package dev.nightjar.onnx;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks a constant: its data lie in the file, are of a known type, and are as many as its shape
 * says.
 */
final class TensorReader {
  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int BOOL = 9;
  private static final int DOUBLE = 11;

  /** Types that a file may well have and that are not read, by name. */
  private static final Map<Integer, String> UNREAD =
      Map.of(2, "uint8", 3, "int8", 8, "text", 10, "float16", 16, "bfloat16");

  private static final int MOST_DIMENSIONS = 8;

  /** 1 GiB of floats: what a bundle's file may have. */
  private static final long MOST_NUMBERS = 1L << 28;

  /** Shapes, sizes and scales have no more numbers than dimensions, pads twice as many. */
  static final int MOST_KEPT = 2 * MOST_DIMENSIONS;

  private final Problems problems;
  private String name = "";
  private int type;
  private final List<Double> dimensions = new ArrayList<>();
  private long numbers = 1;
  private long present = -1;
  private @Nullable ByteBuffer raw;
  private final List<Double> kept = new ArrayList<>();
  private long notNumbers;
  private long infinite;

  private TensorReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * A constant that holds what it declares.
   *
   * @param shape its sizes
   * @param values its numbers, when it is a vector of few; they may be sizes
   */
  record Constant(String name, List<Double> shape, Optional<List<Double>> values) {}

  /** Checks the tensor in a message. */
  static Constant read(Wire wire, Problems problems) {
    return new TensorReader(problems).read(wire);
  }

  private Constant read(Wire wire) {
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> wire.integers(this::dimension);
        case 2 -> {
          wire.once();
          type = (int) wire.integer();
        }
        case 4 -> floats(wire.fixed(Float.BYTES));
        case 5, 7 -> wire.integers(this::integer);
        case 8 -> {
          wire.once();
          name = wire.text();
        }
        case 9 -> {
          wire.once();
          raw = wire.bytes();
        }
        case 10 -> doubles(wire.fixed(Double.BYTES));
        case 12, 16 -> wire.skip();
        case 13, 14 -> {
          if (wire.field() == 13 || wire.integer() != 0) {
            throw problems.refused(
                "the constant '" + name + "' lies in another file, which is never read",
                "save the model with its weights inside");
          }
        }
        default ->
            throw problems.refused(
                "the constant '" + name + "' has data of an unknown kind, field " + wire.field(),
                "export the model with numbers for constants");
      }
    }
    compare();
    if (raw != null) {
      readRaw(raw);
    }
    checkFinite();
    return new Constant(
        name,
        List.copyOf(dimensions),
        kept.size() == numbers ? Optional.of(List.copyOf(kept)) : Optional.empty());
  }

  private void dimension(long size) {
    dimensions.add((double) size);
    if (dimensions.size() > MOST_DIMENSIONS || size < 0 || size > MOST_NUMBERS) {
      throw problems.refused(
          String.format(
              "the constant '%s' has a dimension %d of %d", name, dimensions.size(), size),
          "only constants of up to " + MOST_DIMENSIONS + " dimensions are read");
    }
    numbers *= size; // two factors of at most 2^28 each: the bound is kept before the next
    if (numbers > MOST_NUMBERS) {
      throw problems.refused(
          String.format("a constant has more than %d numbers", MOST_NUMBERS),
          "make the network smaller");
    }
  }

  private void integer(long number) {
    count(1);
    if (kept.size() < MOST_KEPT) {
      kept.add((double) number);
    }
  }

  private void floats(ByteBuffer data) {
    count(data.remaining() / Float.BYTES);
    for (FloatBuffer floats = data.asFloatBuffer(); floats.hasRemaining(); ) {
      number(floats.get());
    }
  }

  private void doubles(ByteBuffer data) {
    count(data.remaining() / Double.BYTES);
    for (DoubleBuffer doubles = data.asDoubleBuffer(); doubles.hasRemaining(); ) {
      number(doubles.get());
    }
  }

  private void number(double number) {
    notNumbers += Double.isNaN(number) ? 1 : 0;
    infinite += Double.isInfinite(number) ? 1 : 0;
    if (kept.size() < MOST_KEPT) {
      kept.add(number);
    }
  }

  /**
   * With others every row would be rejected, one by one. A single infinity is a bound, as of Clip.
   */
  private void checkFinite() {
    if (notNumbers > 0 || (infinite > 0 && numbers > 1)) {
      throw problems.refused(
          String.format(
              "the constant '%s' has %d numbers that are NaN or infinite, of %d",
              name, notNumbers + infinite, numbers),
          "its training has diverged: train the network again");
    }
  }

  private void count(long more) {
    present = Math.max(present, 0) + more;
  }

  private int width() {
    return switch (type) {
      case FLOAT, INT32 -> Integer.BYTES;
      case INT64, DOUBLE -> Long.BYTES;
      case BOOL -> 1;
      default ->
          throw problems.refused(
              String.format(
                  "the constant '%s' has the type %d (%s)",
                  name, type, UNREAD.getOrDefault(type, "unknown here")),
              "only floats, doubles, whole numbers of 32 and 64 bits and booleans are read; export"
                  + " the model in float32");
    };
  }

  private void compare() {
    int width = width();
    if (raw != null && present >= 0) {
      throw problems.refused(
          "the constant '" + name + "' holds its data twice", "export the model again");
    }
    long there = raw == null ? Math.max(present, 0) * width : raw.remaining();
    if (there != numbers * width) {
      throw problems.refused(
          String.format(
              "the constant '%s' declares %d numbers of %d bytes and holds %d bytes",
              name, numbers, width, there),
          "export or package the model again");
    }
  }

  private void readRaw(ByteBuffer data) {
    switch (type) {
      case FLOAT -> floats(data);
      case DOUBLE -> doubles(data);
      default -> {
        int width = width();
        for (int i = 0; i < Math.min(numbers, MOST_KEPT); i++) {
          kept.add(
              switch (width) {
                case Integer.BYTES -> (double) data.getInt(i * width);
                case Long.BYTES -> (double) data.getLong(i * width);
                default -> (double) data.get(i);
              });
        }
      }
    }
  }
}
