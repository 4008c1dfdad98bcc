package dev.nightjar.store;

import dev.nightjar.feature.FeatureStore.Answer;
import java.nio.ByteBuffer;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/** One state of a store, as it was when this was made or renewed last. Not thread-safe. */
final class StoreReader implements AutoCloseable {
  private final Txn<ByteBuffer> txn;
  private final Catalogue catalogue;
  private final Cursor<ByteBuffer> rows;
  private final RecordKey place = new RecordKey();

  StoreReader(String store, Txn<ByteBuffer> txn, Dbi<ByteBuffer> views, Dbi<ByteBuffer> rows) {
    this.txn = txn;
    this.catalogue = new Catalogue(store, txn, views, rows);
    this.rows = rows.openCursor(txn);
  }

  /** Sees the newest state again. */
  void renew() {
    txn.renew();
    rows.renew(txn);
  }

  /** Lets go of the state, so that a writer can use its room again. */
  void rest() {
    txn.reset();
  }

  /** The views that there are. */
  Catalogue catalogue() {
    return catalogue;
  }

  /**
   * What a key is answered.
   *
   * @param asOf 0 for a static view
   */
  Answer answer(KnownViews.Known view, StoredView stored, byte[] key, long asOf) {
    ByteBuffer sought = place.at(stored.id(), key, asOf);
    boolean isAny = rows.get(sought, GetOp.MDB_SET_RANGE);
    boolean isLater = isAny && RecordKey.isSameKey(rows.key(), sought);
    boolean isThere =
        (isLater && RecordKey.time(rows.key()) == asOf)
            || ((isAny ? rows.prev() : rows.last()) && RecordKey.isSameKey(rows.key(), sought));
    return view.answer(stored, asOf, isThere ? rows.val() : null, isLater);
  }

  @Override
  public void close() {
    rows.close();
    txn.close();
  }
}
