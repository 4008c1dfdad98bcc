package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/**
 * A batch of rows of one view. All of it becomes visible at {@link #commit}, or, when it is closed
 * before, nothing. What is given twice changes nothing, and what comes late goes to its place in
 * time: it can become an older standing, and never takes the place of a newer row. A row that was
 * given before is never taken back: what was corrected or deleted in the view's table needs the
 * view stored anew. Not thread-safe.
 */
public final class StoreBatch implements AutoCloseable {
  private final EmbeddedStore store;
  private final Txn<ByteBuffer> txn;
  private final Dbi<ByteBuffer> rows;
  private final Cursor<ByteBuffer> cursor;
  private final VisibleRows<FeatureRow> nothing;
  private final StoredView stored;
  private final OptionalLong replaced;
  private final Consumer<String> commit;
  private final RecordKey place = new RecordKey();
  private final RecordKey other = new RecordKey();
  private ByteBuffer value = ByteBuffer.allocateDirect(1 << 10);
  private String keyTypes;
  private boolean isOpen = true;

  /**
   * In a transaction, which this closes.
   *
   * @param stored the view as it will be
   * @param replaced of a windowed view the time behind which what is stored of a key goes: its rows
   *     are then what its windows come to, and its last ones lie in the future
   * @param commit what has to be done before the transaction is committed, by the types of keys
   */
  StoreBatch(
      EmbeddedStore store,
      Txn<ByteBuffer> txn,
      Dbi<ByteBuffer> rows,
      VisibleRows<FeatureRow> nothing,
      StoredView stored,
      OptionalLong replaced,
      Consumer<String> commit) {
    this.store = store;
    this.txn = txn;
    this.rows = rows;
    this.cursor = rows.openCursor(txn);
    this.nothing = nothing;
    this.stored = stored;
    this.replaced = replaced;
    this.commit = commit;
    this.keyTypes = stored.keyTypes();
  }

  /**
   * Adds rows of one key; those of one key may come in several calls, but for a windowed view.
   *
   * @param key its values, as {@link dev.nightjar.feature.FeatureStore.Query} has them
   * @param entries in any order; visible from no later than the window's end, at 0 for a static
   *     view, and for a windowed view at any time from the window's beginning on
   * @throws FeatureStoreException when they cannot be written, or the key is of other types than
   *     those before
   */
  public void add(List<Object> key, List<Entry<FeatureRow>> entries) {
    if (entries.isEmpty()) {
      return;
    }
    String types = KeyBytes.types(key);
    if (keyTypes.isEmpty()) {
      keyTypes = types;
    }
    if (!keyTypes.equals(types)) {
      throw new FeatureStoreException(
          "the keys of a feature view are ("
              + keyTypes
              + ") in the store and ("
              + types
              + ") in its table now; store the view anew (nightjar features materialize --anew)");
    }
    try {
      put(KeyBytes.of(key), entries);
    } catch (LmdbException e) {
      throw store.failure("cannot be written", e);
    } catch (DamagedRecordException e) {
      throw store.failure("cannot be read", e);
    }
  }

  private void put(byte[] key, List<Entry<FeatureRow>> entries) {
    List<Entry<FeatureRow>> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::from));
    if (replaced.isPresent()) {
      dropBehind(key, replaced.getAsLong());
    } else if (sorted.get(sorted.size() - 1).from() > stored.until()) {
      throw new IllegalArgumentException(
          "a row that becomes visible at "
              + sorted.get(sorted.size() - 1).from()
              + " lies behind the batch's window, which ends at "
              + stored.until());
    }
    NavigableMap<Long, VisibleRows<FeatureRow>> before = before(key, sorted.get(0).from());
    NavigableMap<Long, VisibleRows<FeatureRow>> after = merged(before, sorted);
    // Times before the first that can be asked see nothing of their own.
    Long last = after.floorKey(stored.keepsHistory() ? stored.from() : stored.until());
    for (Map.Entry<Long, VisibleRows<FeatureRow>> standing : after.entrySet()) {
      if (last == null || standing.getKey() >= last) {
        rows.put(txn, place.at(stored.id(), key, standing.getKey()), direct(standing.getValue()));
      }
    }
    if (last != null) {
      drop(key, last);
    }
  }

  /** The key's standings from the last one that a time sees, or the first. */
  private NavigableMap<Long, VisibleRows<FeatureRow>> before(byte[] key, long time) {
    NavigableMap<Long, VisibleRows<FeatureRow>> found = new TreeMap<>();
    ByteBuffer sought = place.at(stored.id(), key, time);
    boolean isAny = cursor.get(sought, GetOp.MDB_SET_RANGE);
    if (isAny ? cursor.prev() : cursor.last()) {
      if (RecordKey.isSameKey(cursor.key(), sought)) {
        read(found);
      }
      isAny = cursor.next();
    } else {
      isAny = cursor.first();
    }
    while (isAny && RecordKey.isSameKey(cursor.key(), sought)) {
      read(found);
      isAny = cursor.next();
    }
    return found;
  }

  private void read(NavigableMap<Long, VisibleRows<FeatureRow>> into) {
    into.put(RecordKey.time(cursor.key()), Standings.read(cursor.val(), nothing));
  }

  /** The standings from the first of the rows on, with these rows in them. */
  private NavigableMap<Long, VisibleRows<FeatureRow>> merged(
      NavigableMap<Long, VisibleRows<FeatureRow>> before, List<Entry<FeatureRow>> sorted) {
    long first = sorted.get(0).from();
    NavigableMap<Long, VisibleRows<FeatureRow>> merged = new TreeMap<>(before.tailMap(first, true));
    sorted.forEach(entry -> merged.putIfAbsent(entry.from(), nothing));
    Map.Entry<Long, VisibleRows<FeatureRow>> base = before.floorEntry(first);
    VisibleRows<FeatureRow> standing = base == null ? nothing.copy() : base.getValue().copy();
    int shown = 0;
    for (Map.Entry<Long, VisibleRows<FeatureRow>> at : merged.entrySet()) {
      VisibleRows<FeatureRow> own = before.get(at.getKey());
      if (own != null) {
        standing = own.copy();
        shown = 0; // what stood there has seen none of these rows
      }
      while (shown < sorted.size() && sorted.get(shown).from() <= at.getKey()) {
        sorted.get(shown).showTo(standing);
        shown++;
      }
      at.setValue(standing.copy());
    }
    return merged;
  }

  /** Drops a key's standings before a time. */
  private void drop(byte[] key, long time) {
    ByteBuffer first = place.at(stored.id(), key, Long.MIN_VALUE);
    while (cursor.get(first, GetOp.MDB_SET_RANGE)
        && RecordKey.isSameKey(cursor.key(), first)
        && RecordKey.time(cursor.key()) < time) {
      rows.delete(txn, other.at(stored.id(), key, RecordKey.time(cursor.key())));
    }
  }

  /** Drops a key's standings behind a time. */
  private void dropBehind(byte[] key, long time) {
    ByteBuffer first = place.at(stored.id(), key, time + 1);
    while (cursor.get(first, GetOp.MDB_SET_RANGE) && RecordKey.isSameKey(cursor.key(), first)) {
      rows.delete(txn, other.at(stored.id(), key, RecordKey.time(cursor.key())));
    }
  }

  /** In the one buffer of this batch: LMDB copies what it is given. */
  private ByteBuffer direct(VisibleRows<FeatureRow> standing) {
    byte[] bytes = Standings.write(standing.state());
    if (value.capacity() < bytes.length) {
      value = ByteBuffer.allocateDirect(2 * bytes.length);
    }
    return value.clear().put(bytes).flip();
  }

  /**
   * Makes all that was added visible.
   *
   * @throws FeatureStoreException when it cannot be written
   */
  public void commit() {
    try {
      commit.accept(keyTypes);
      cursor.close();
      txn.commit();
    } catch (LmdbException e) {
      throw store.failure("cannot be written", e);
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    if (isOpen) {
      isOpen = false;
      cursor.close();
      txn.close();
      store.batchEnded();
    }
  }
}
