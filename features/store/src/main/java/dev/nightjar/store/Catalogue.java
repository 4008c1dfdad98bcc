package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/**
 * The views that a store holds, each by one rule or by several side by side, in one transaction.
 * Not thread-safe.
 */
final class Catalogue {
  /** A key of LMDB. */
  private static final int MOST = 511;

  private final String store;
  private final Txn<ByteBuffer> txn;
  private final Dbi<ByteBuffer> views;
  private final Dbi<ByteBuffer> rows;
  private final ByteBuffer place = ByteBuffer.allocateDirect(MOST);

  Catalogue(String store, Txn<ByteBuffer> txn, Dbi<ByteBuffer> views, Dbi<ByteBuffer> rows) {
    this.store = store;
    this.txn = txn;
    this.views = views;
    this.rows = rows;
  }

  /** What is known of a view by a rule; empty when the store does not have it. */
  Optional<StoredView> find(String view, String rule) {
    ByteBuffer found = views.get(txn, place(view, rule));
    return found == null ? Optional.empty() : Optional.of(read(found));
  }

  /** A view by all other rules, the one that was begun last first. */
  List<StoredView> others(String view, String rule) {
    byte[] beginning = bytes(view, "");
    List<StoredView> others = new ArrayList<>();
    try (Cursor<ByteBuffer> cursor = views.openCursor(txn)) {
      for (boolean isAny = cursor.first(); isAny; isAny = cursor.next()) {
        StoredView stored = read(cursor.val()); // of each, so that another format is told
        if (begins(cursor.key(), beginning) && !stored.rule().equals(rule)) {
          others.add(stored);
        }
      }
    }
    others.sort(Comparator.comparingInt(StoredView::id).reversed());
    return others;
  }

  private static boolean begins(ByteBuffer key, byte[] beginning) {
    return key.remaining() > beginning.length
        && key.slice(key.position(), beginning.length).equals(ByteBuffer.wrap(beginning));
  }

  private StoredView read(ByteBuffer bytes) {
    return StoredView.read(store, bytes.order(ByteOrder.BIG_ENDIAN));
  }

  private ByteBuffer place(String view, String rule) {
    return place.clear().put(bytes(view, rule)).flip();
  }

  /** A zero between the two, which is in no name, so that no name is the beginning of another. */
  private static byte[] bytes(String view, String rule) {
    return (view + '\0' + rule).getBytes(StandardCharsets.UTF_8);
  }

  /** An id that no view has. */
  int nextId() {
    int next = 1;
    try (Cursor<ByteBuffer> cursor = views.openCursor(txn)) {
      for (boolean isAny = cursor.first(); isAny; isAny = cursor.next()) {
        next = Math.max(next, read(cursor.val()).id() + 1);
      }
    }
    return next;
  }

  void put(String view, StoredView stored) {
    byte[] bytes = stored.bytes();
    views.put(
        txn, place(view, stored.rule()), ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  /** Drops a view by one rule, with its records. */
  void drop(String view, StoredView stored) {
    views.delete(txn, place(view, stored.rule()));
    dropRecords(stored);
  }

  /** Drops all records of a view by one rule. */
  void dropRecords(StoredView stored) {
    ByteBuffer first = new RecordKey().first(stored.id());
    try (Cursor<ByteBuffer> cursor = rows.openCursor(txn)) {
      boolean isAny = cursor.get(first, GetOp.MDB_SET_RANGE);
      while (isAny && RecordKey.view(cursor.key()) == stored.id()) {
        cursor.delete();
        isAny = cursor.get(first, GetOp.MDB_SET_RANGE);
      }
    }
  }
}
