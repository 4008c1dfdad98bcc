package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/** The views that a store holds, in one transaction. Not thread-safe. */
final class Catalogue {
  private final String store;
  private final Txn<ByteBuffer> txn;
  private final Dbi<ByteBuffer> views;
  private final Dbi<ByteBuffer> rows;
  private final ByteBuffer name = ByteBuffer.allocateDirect(KeyBytes.MOST);

  Catalogue(String store, Txn<ByteBuffer> txn, Dbi<ByteBuffer> views, Dbi<ByteBuffer> rows) {
    this.store = store;
    this.txn = txn;
    this.views = views;
    this.rows = rows;
  }

  /** What is known of a view; empty when the store does not have it. */
  Optional<StoredView> find(String view) {
    ByteBuffer found = views.get(txn, name(view));
    return found == null ? Optional.empty() : Optional.of(read(found));
  }

  private StoredView read(ByteBuffer bytes) {
    return StoredView.read(store, bytes.order(ByteOrder.BIG_ENDIAN));
  }

  private ByteBuffer name(String view) {
    name.clear();
    return name.put(view.getBytes(StandardCharsets.UTF_8)).flip();
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
    views.put(txn, name(view), ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
  }

  /** Drops all records of a view. */
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
