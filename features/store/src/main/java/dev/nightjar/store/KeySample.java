package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;

/**
 * Some keys of a view, drawn by a hash of the key and a seed, so that the same are drawn again: the
 * keys with the least hashes. Not thread-safe.
 */
final class KeySample {
  private final int most;
  private final long seed;
  private final NavigableMap<Long, byte[]> drawn = new TreeMap<>();

  KeySample(int most, long seed) {
    this.most = most;
    this.seed = seed;
  }

  /** A key that may be drawn; one that comes again changes nothing. */
  void offer(byte[] key) {
    drawn.put(hash(key), key);
    if (drawn.size() > most) {
      drawn.pollLastEntry();
    }
  }

  /** The keys that were drawn; those that are there as a digest alone are left out. */
  List<List<Object>> keys() {
    return drawn.values().stream().flatMap(key -> KeyBytes.read(key).stream()).toList();
  }

  /** Offers all keys of a view, and goes through none of their pasts. */
  void offerAll(Cursor<ByteBuffer> rows, int view) {
    RecordKey place = new RecordKey();
    boolean isAny = rows.get(place.first(view), GetOp.MDB_SET_RANGE);
    while (isAny && RecordKey.view(rows.key()) == view) {
      byte[] key = RecordKey.key(rows.key());
      offer(key);
      ByteBuffer end = place.at(view, key, Long.MAX_VALUE);
      isAny = rows.get(end, GetOp.MDB_SET_RANGE);
      if (isAny && RecordKey.isSameKey(rows.key(), end)) {
        isAny = rows.next();
      }
    }
  }

  /** FNV-1a, and the last step of MurmurHash3 so that near keys lie far apart. */
  private long hash(byte[] key) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (byte one : key) {
      hash = (hash ^ (one & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
