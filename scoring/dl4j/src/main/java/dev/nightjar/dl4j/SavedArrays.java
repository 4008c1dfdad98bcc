package dev.nightjar.dl4j;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataBuffer.AllocationMode;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Walks over arrays as {@code Nd4j.write} writes them, without making any. ND4J reserves what a
 * header declares before it reads, so a few bytes could ask for all memory; and it takes shape and
 * strides as they stand, so an array could reach beyond its values into the memory of the process.
 * What is declared must be there.
 */
final class SavedArrays {
  /** The oldest modes; their length is an int, that of all others a long. */
  private static final Set<String> MODES_WITH_INT = Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final Set<DataType> WITHOUT_WIDTH =
      EnumSet.of(DataType.COMPRESSED, DataType.UTF8, DataType.UNKNOWN);

  private static final int HIGHEST_RANK = 32;

  private SavedArrays() {}

  /**
   * Passes over one array: its shape, then its values.
   *
   * @param in a stream over bytes in memory, whose {@code available} is exact
   * @throws IOException when it is damaged, declares more than there is, or reaches beyond it
   */
  static void skip(DataInputStream in) throws IOException {
    Buffer shape = buffer(in);
    long reach = reach(shape, in);
    Buffer values = buffer(in);
    if (reach > values.length()) {
      throw new IOException(
          "it declares a shape of " + reach + " values and holds " + values.length());
    }
    in.skipNBytes(values.length() * values.type().width());
  }

  /**
   * Nothing may follow.
   *
   * @throws IOException when something does
   */
  static void requireEnd(DataInputStream in) throws IOException {
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes follow its last value");
    }
  }

  private record Buffer(DataType type, long length) {}

  private static Buffer buffer(DataInputStream in) throws IOException {
    DataType type;
    long length;
    try {
      String mode = AllocationMode.valueOf(in.readUTF()).name();
      length = MODES_WITH_INT.contains(mode) ? in.readInt() : in.readLong();
      type = DataType.valueOf(in.readUTF());
    } catch (IllegalArgumentException e) {
      throw new IOException("it is no array as ND4J saves them", e);
    }
    if (WITHOUT_WIDTH.contains(type)) {
      throw new IOException("it holds an array of the type " + type + ", which is not read");
    }
    if (length < 0 || length > in.available() / type.width()) {
      throw new IOException(
          "it declares "
              + length
              + " values of the type "
              + type
              + " and holds only "
              + in.available()
              + " more bytes");
    }
    return new Buffer(type, length);
  }

  /** How many values an array of this shape reaches over: rank, lengths, strides and three more. */
  private static long reach(Buffer shape, DataInputStream in) throws IOException {
    boolean ints = shape.type() == DataType.INT32;
    if (!ints && shape.type() != DataType.INT64) {
      throw new IOException("it has a shape of the type " + shape.type() + ", which is none");
    }
    long[] info = new long[(int) Math.min(shape.length(), 2 * HIGHEST_RANK + 4)];
    for (int i = 0; i < info.length; i++) {
      info[i] = ints ? in.readInt() : in.readLong();
    }
    long rank = info.length == 0 ? -1 : info[0];
    if (rank < 0 || rank > HIGHEST_RANK || shape.length() != 2 * rank + 4) {
      throw new IOException("it has a shape that is none");
    }
    try {
      long last = 0;
      long count = 1;
      for (int i = 1; i <= rank; i++) {
        long length = info[i];
        long stride = info[(int) rank + i];
        if (length < 0 || stride < 0) {
          throw new IOException("it has a shape with negative lengths");
        }
        count = Math.multiplyExact(count, length);
        last = Math.addExact(last, Math.multiplyExact(Math.max(length - 1, 0), stride));
      }
      return count == 0 ? 0 : Math.max(count, last + 1);
    } catch (ArithmeticException e) {
      throw new IOException("it has a shape of more values than can be counted", e);
    }
  }
}
