package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/** A batch in one transaction of LMDB. */
final class EmbeddedBatch implements StoreBatch {
  private final EmbeddedStore store;
  private final Txn<ByteBuffer> txn;
  private final Dbi<ByteBuffer> rows;
  private final Cursor<ByteBuffer> cursor;
  private final BatchRule rule;
  private final int view;
  private final Consumer<StoredView> commit;
  private final RecordKey place = new RecordKey();
  private final RecordKey other = new RecordKey();
  private ByteBuffer value = ByteBuffer.allocateDirect(1 << 10);
  private boolean isOpen = true;

  /**
   * In a transaction, which this closes.
   *
   * @param commit what has to be done before the transaction is committed, by the view as it then
   *     is
   */
  EmbeddedBatch(
      EmbeddedStore store,
      Txn<ByteBuffer> txn,
      Dbi<ByteBuffer> rows,
      BatchRule rule,
      Consumer<StoredView> commit) {
    this.store = store;
    this.txn = txn;
    this.rows = rows;
    this.cursor = rows.openCursor(txn);
    this.rule = rule;
    this.view = rule.stored().id();
    this.commit = commit;
  }

  @Override
  public void add(List<Object> key, List<Entry<FeatureRow>> entries) {
    if (entries.isEmpty()) {
      return;
    }
    byte[] bytes = rule.key(key);
    try {
      put(bytes, rule.sorted(entries));
    } catch (LmdbException e) {
      throw store.failure("cannot be written", e);
    } catch (DamagedRecordException e) {
      throw store.failure("cannot be read", e);
    }
  }

  private void put(byte[] key, List<Entry<FeatureRow>> sorted) {
    BatchRule.Change change = rule.change(standings(key, rule.readFrom(sorted)), sorted);
    if (change.behind().isPresent()) {
      dropBehind(key, change.behind().getAsLong());
    }
    change
        .puts()
        .forEach((time, standing) -> rows.put(txn, place.at(view, key, time), direct(standing)));
    if (change.before().isPresent()) {
      drop(key, change.before().getAsLong());
    }
  }

  /** The key's standings from the last one that a time sees, or the first. */
  private NavigableMap<Long, VisibleRows<FeatureRow>> standings(byte[] key, long time) {
    NavigableMap<Long, VisibleRows<FeatureRow>> found = new TreeMap<>();
    ByteBuffer sought = place.at(view, key, time);
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
    into.put(RecordKey.time(cursor.key()), Standings.read(cursor.val(), rule.nothing()));
  }

  /** Drops a key's standings before a time. */
  private void drop(byte[] key, long time) {
    ByteBuffer first = place.at(view, key, Long.MIN_VALUE);
    while (cursor.get(first, GetOp.MDB_SET_RANGE)
        && RecordKey.isSameKey(cursor.key(), first)
        && RecordKey.time(cursor.key()) < time) {
      rows.delete(txn, other.at(view, key, RecordKey.time(cursor.key())));
    }
  }

  /** Drops a key's standings behind a time. */
  private void dropBehind(byte[] key, long time) {
    ByteBuffer first = place.at(view, key, time + 1);
    while (cursor.get(first, GetOp.MDB_SET_RANGE) && RecordKey.isSameKey(cursor.key(), first)) {
      rows.delete(txn, other.at(view, key, RecordKey.time(cursor.key())));
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

  @Override
  public void commit() {
    try {
      commit.accept(rule.stored());
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
