package dev.nightjar.store;

import java.nio.ByteBuffer;

/**
 * Where a record stands in the tree: the view's id, the length of the key, the key, the time. In
 * the order of unsigned bytes, which is LMDB's, the records of one key lie together and in the
 * order of their times. One is used again and again; not thread-safe.
 */
final class RecordKey {
  private static final int MOST = Integer.BYTES + Short.BYTES + KeyBytes.MOST + Long.BYTES;

  private final ByteBuffer bytes = ByteBuffer.allocateDirect(MOST);

  /** The bytes of a key's record at a time; valid until the next call. */
  ByteBuffer at(int view, byte[] key, long time) {
    bytes.clear();
    // With the sign turned, negative times come before the others.
    bytes.putInt(view).putShort((short) key.length).put(key).putLong(time ^ Long.MIN_VALUE);
    return bytes.flip();
  }

  /** The least bytes that any record of a view can have; valid until the next call. */
  ByteBuffer first(int view) {
    bytes.clear();
    return bytes.putInt(view).flip();
  }

  /** Whether a record is one of the same key. */
  static boolean isSameKey(ByteBuffer record, ByteBuffer other) {
    int before = other.remaining() - Long.BYTES;
    return record.remaining() == other.remaining()
        && record.slice(record.position(), before).equals(other.slice(other.position(), before));
  }

  /** The view of a record. */
  static int view(ByteBuffer record) {
    return record.getInt(record.position());
  }

  /** The key of a record. */
  static byte[] key(ByteBuffer record) {
    byte[] key = new byte[record.getShort(record.position() + Integer.BYTES)];
    record.get(record.position() + Integer.BYTES + Short.BYTES, key);
    return key;
  }

  /** The time of a record. */
  static long time(ByteBuffer record) {
    return record.getLong(record.limit() - Long.BYTES) ^ Long.MIN_VALUE;
  }
}
