package dev.nightjar.feature.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.array.ByteArrayMethods;

/**
 * Rows one behind the other in few arrays of bytes, each behind its length: small, near each other
 * in memory, and quickly sent. A row is found by its place. For one thread while rows are added,
 * then for any number.
 */
final class PackedRows implements Serializable {
  private static final long serialVersionUID = 1;

  /** Whole words, so that rows keep their alignment. */
  private static final int LENGTH_BYTES = Long.BYTES;

  private static final int FIRST_CHUNK = 1 << 12;
  private static final int LARGEST_CHUNK = 1 << 24;

  private final List<byte[]> chunks = new ArrayList<>();

  /** Bytes of the last chunk that are taken. */
  private int taken;

  /** None yet. */
  PackedRows() {}

  /** Adds a copy of a row and returns its place, which is not negative. */
  long add(UnsafeRow row) {
    int length = row.getSizeInBytes();
    byte[] chunk = chunk(LENGTH_BYTES + length);
    int at = taken;
    Platform.putLong(chunk, Platform.BYTE_ARRAY_OFFSET + (long) at, length);
    row.writeToMemory(chunk, Platform.BYTE_ARRAY_OFFSET + (long) at + LENGTH_BYTES);
    taken += LENGTH_BYTES + length;
    return ((long) (chunks.size() - 1) << Integer.SIZE) | at;
  }

  /** One that has so many bytes left. */
  private byte[] chunk(int bytes) {
    byte[] last = chunks.isEmpty() ? new byte[0] : chunks.get(chunks.size() - 1);
    if (last.length - taken >= bytes) {
      return last;
    }
    trim();
    byte[] next =
        new byte[Math.max(bytes, Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, 2 * last.length)))];
    chunks.add(next);
    taken = 0;
    return next;
  }

  /** Lets go of what is not taken. */
  void trim() {
    if (!chunks.isEmpty()) {
      int last = chunks.size() - 1;
      chunks.set(last, Arrays.copyOf(chunks.get(last), taken));
    }
  }

  /** Lets a row, which has its number of fields, be the one at a place. */
  void point(UnsafeRow row, long place) {
    byte[] chunk = chunks.get((int) (place >> Integer.SIZE));
    long at = Platform.BYTE_ARRAY_OFFSET + (long) (int) place;
    row.pointTo(chunk, at + LENGTH_BYTES, (int) Platform.getLong(chunk, at));
  }

  /** Whether the row at a place has the same bytes. */
  boolean isEqual(long place, UnsafeRow row) {
    byte[] chunk = chunks.get((int) (place >> Integer.SIZE));
    long at = Platform.BYTE_ARRAY_OFFSET + (long) (int) place;
    int length = (int) Platform.getLong(chunk, at);
    return length == row.getSizeInBytes()
        && ByteArrayMethods.arrayEquals(
            chunk, at + LENGTH_BYTES, row.getBaseObject(), row.getBaseOffset(), length);
  }

  /** The rows of a partition, in arrays that can leave the task one by one. */
  static Iterator<byte[]> packed(Iterator<InternalRow> rows) {
    PackedRows packed = new PackedRows();
    rows.forEachRemaining(row -> packed.add((UnsafeRow) row));
    packed.trim();
    return packed.chunks.iterator();
  }

  /** Shows each row of an array that {@link #packed} made; each is an object of its own. */
  static void each(byte[] packed, int fields, Consumer<UnsafeRow> see) {
    long end = Platform.BYTE_ARRAY_OFFSET + (long) packed.length;
    for (long at = Platform.BYTE_ARRAY_OFFSET; at < end; ) {
      int length = (int) Platform.getLong(packed, at);
      UnsafeRow row = new UnsafeRow(fields);
      row.pointTo(packed, at + LENGTH_BYTES, length);
      see.accept(row);
      at += LENGTH_BYTES + length;
    }
  }
}
