package dev.nightjar.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

  private static final int MOST_DIMENSIONS = 8;

  /** 1 GiB of floats: what a bundle's file may have. */
  private static final long MOST_NUMBERS = 1L << 28;

  /** Shapes, sizes and scales have no more numbers than dimensions, pads twice as many. */
  private static final int MOST_KEPT = 2 * MOST_DIMENSIONS;

  private final Problems problems;
  private String name = "";
  private int type;
  private int dimensions;
  private long numbers = 1;
  private long present = -1;
  private @Nullable ByteBuffer raw;
  private final List<Double> kept = new ArrayList<>();

  private TensorReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * A constant that holds what it declares.
   *
   * @param values its numbers, when it is a vector of few; they may be sizes
   */
  record Constant(String name, Optional<List<Double>> values) {}

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
        case 4 -> count(wire.countFixed(Float.BYTES));
        case 5, 7 -> wire.integers(this::integer);
        case 8 -> {
          wire.once();
          name = wire.text();
        }
        case 9 -> {
          wire.once();
          raw = wire.bytes();
        }
        case 10 -> count(wire.countFixed(Double.BYTES));
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
    if (kept.size() != numbers) {
      readRaw();
    }
    return new Constant(
        name, kept.size() == numbers ? Optional.of(List.copyOf(kept)) : Optional.empty());
  }

  private void dimension(long size) {
    dimensions++;
    if (dimensions > MOST_DIMENSIONS || size < 0 || size > MOST_NUMBERS) {
      throw problems.refused(
          String.format("the constant '%s' has a dimension %d of %d", name, dimensions, size),
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
              "the constant '" + name + "' has the type " + type,
              "only floats, doubles, whole numbers of 32 and 64 bits and booleans are read");
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

  private void readRaw() {
    ByteBuffer data = raw;
    if (data == null || numbers > MOST_KEPT) {
      return;
    }
    kept.clear();
    for (int i = 0; i < numbers; i++) {
      kept.add(
          switch (type) {
            case FLOAT -> (double) data.getFloat(i * Float.BYTES);
            case INT32 -> (double) data.getInt(i * Integer.BYTES);
            case INT64 -> (double) data.getLong(i * Long.BYTES);
            case DOUBLE -> data.getDouble(i * Double.BYTES);
            default -> (double) data.get(i);
          });
    }
  }
}
