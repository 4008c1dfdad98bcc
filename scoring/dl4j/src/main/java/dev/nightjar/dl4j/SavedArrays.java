package dev.nightjar.dl4j;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataBuffer.AllocationMode;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Walks over arrays as {@code Nd4j.write} writes them, without making any. ND4J reserves what a
 * header declares before it reads, so a few bytes could ask for all memory: what is declared must
 * be there.
 */
final class SavedArrays {
  /** The oldest modes; their length is an int, that of all others a long. */
  private static final Set<String> MODES_WITH_INT = Set.of("DIRECT", "HEAP", "JAVACPP");

  private static final Set<DataType> WITHOUT_WIDTH =
      EnumSet.of(DataType.COMPRESSED, DataType.UTF8, DataType.UNKNOWN);

  private SavedArrays() {}

  /**
   * Passes over one array: its shape, then its values.
   *
   * @param in a stream over bytes in memory, whose {@code available} is exact
   * @throws IOException when it is damaged or declares more than there is
   */
  static void skip(DataInputStream in) throws IOException {
    skipBuffer(in);
    skipBuffer(in);
  }

  private static void skipBuffer(DataInputStream in) throws IOException {
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
    in.skipNBytes(length * type.width());
  }
}
