package dev.nightjar.sink.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.postgresql.copy.CopyIn;

/** Bytes on their way into a {@code COPY … (FORMAT binary)}: whole numbers are big-endian. */
final class CopyBuffer {
  private static final int SEND_FROM = 1 << 16;
  private static final byte[] SIGNATURE =
      "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int NULL = -1;

  private byte[] bytes = new byte[2 * SEND_FROM];
  private int length;

  /** What comes first. */
  void begin() {
    put(SIGNATURE);
    putInt(0); // flags
    putInt(0); // no more header
  }

  /** What comes last. */
  void end() {
    putShort(-1);
  }

  void putNull() {
    putInt(NULL);
  }

  void putByte(int value) {
    reserve(Byte.BYTES);
    bytes[length++] = (byte) value;
  }

  void putShort(int value) {
    putByte(value >> 8);
    putByte(value);
  }

  void putInt(int value) {
    putShort(value >> 16);
    putShort(value);
  }

  void putLong(long value) {
    putInt((int) (value >> 32));
    putInt((int) value);
  }

  void put(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
  }

  /** Leaves room for the length of what comes, and says where. */
  int open() {
    putInt(0);
    return length;
  }

  /** Writes the length of what was put since {@link #open}. */
  void close(int start) {
    int end = length;
    length = start - Integer.BYTES;
    putInt(end - start);
    length = end;
  }

  /** Sends what is there, once it is much. */
  void sendIfMuch(CopyIn to) throws SQLException {
    if (length >= SEND_FROM) {
      send(to);
    }
  }

  void send(CopyIn to) throws SQLException {
    to.writeToCopy(bytes, 0, length);
    length = 0;
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
