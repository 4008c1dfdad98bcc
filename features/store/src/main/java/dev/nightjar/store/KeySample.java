package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;

/**
 * Some keys of a view, drawn by a hash of the key and a seed, so that the same are drawn again.
 * Goes through all keys of the view, and through none of their pasts.
 */
final class KeySample {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Drawn(long hash, byte[] key) {}

  private KeySample() {}

  /**
   * The keys with the least hashes; those that are there as a digest alone are left out.
   *
   * @param view the view's id
   */
  static List<List<Object>> of(Cursor<ByteBuffer> rows, int view, int most, long seed) {
    PriorityQueue<Drawn> drawn =
        new PriorityQueue<>(Comparator.comparingLong(Drawn::hash).reversed());
    RecordKey place = new RecordKey();
    boolean isAny = rows.get(place.first(view), GetOp.MDB_SET_RANGE);
    while (isAny && RecordKey.view(rows.key()) == view) {
      byte[] key = RecordKey.key(rows.key());
      drawn.add(new Drawn(hash(key, seed), key));
      if (drawn.size() > most) {
        drawn.remove();
      }
      ByteBuffer end = place.at(view, key, Long.MAX_VALUE);
      isAny = rows.get(end, GetOp.MDB_SET_RANGE);
      if (isAny && RecordKey.isSameKey(rows.key(), end)) {
        isAny = rows.next();
      }
    }
    List<Drawn> sorted = new ArrayList<>(drawn);
    sorted.sort(Comparator.comparingLong(Drawn::hash));
    return sorted.stream().flatMap(one -> KeyBytes.read(one.key()).stream()).toList();
  }

  /** FNV-1a, and the last step of MurmurHash3 so that near keys lie far apart. */
  private static long hash(byte[] key, long seed) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (byte one : key) {
      hash = (hash ^ (one & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
