package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.Timeline.Entry;
import java.util.List;

/**
 * A batch of rows of one view. All of it becomes visible at {@link #commit}, or, when it is closed
 * before, nothing. What is given twice changes nothing, and what comes late goes to its place in
 * time: it can become an older standing, and never takes the place of a newer row. A row that was
 * given before is never taken back: what was corrected or deleted in the view's table needs the
 * view stored anew. Not thread-safe.
 */
public interface StoreBatch extends AutoCloseable {

  /**
   * Adds rows of one key; those of one key may come in several calls, but for a windowed view.
   *
   * @param key its values, as {@link dev.nightjar.feature.FeatureStore.Query} has them
   * @param entries in any order; visible from no later than the window's end, at 0 for a static
   *     view, and for a windowed view at any time from the window's beginning on
   * @throws FeatureStoreException when they cannot be written, or the key is of other types than
   *     those before
   */
  void add(List<Object> key, List<Entry<FeatureRow>> entries);

  /**
   * Makes all that was added visible.
   *
   * @throws FeatureStoreException when it cannot be written
   */
  void commit();

  /** Lets go of the batch; what was not committed is as if it had never been added. */
  @Override
  void close();
}
