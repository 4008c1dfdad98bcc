package dev.nightjar.store;

import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import java.util.List;
import java.util.Optional;

/**
 * A feature store as who fills it sees it. It was opened for some views, either to be looked up or
 * to be written too. A batch becomes visible at once, to readers of other processes as well, and a
 * writer that dies leaves the last whole batch.
 *
 * <p>A view whose definition has changed is another one to the store: it can be stored by its new
 * rule while it is served by the old one.
 *
 * <p>Thread-safe.
 */
public interface OnlineStore extends FeatureStore {

  /** Where it lies, in words for people. */
  String place();

  /**
   * A look-up for other views in this store, which is open once for all: several models have views
   * of their own, and two versions of one may have a view of one name by two rules. Closing it
   * closes nothing; when the store has been closed it refuses in words. Thread-safe.
   *
   * @param views that will be asked for; each name once
   */
  FeatureStore reading(List<FeatureView> views);

  /**
   * What of these views the store does not hold by their rules now, in words with the remedy; empty
   * when it holds all of them. They need not be those for which it was opened.
   *
   * @throws FeatureStoreException when it cannot be read, or does not answer
   */
  Optional<String> missing(List<FeatureView> views);

  /**
   * How the store holds a view by its rule; empty when it does not.
   *
   * @param view one of those for which the store was opened
   */
  Optional<Held> held(String view);

  /** How the store holds a view by other rules, the one that was begun last first. */
  List<Held> heldByOtherRules(String view);

  /** The times for which the store holds a view by its rule; empty when it does not. */
  default Optional<Window> window(String view) {
    return held(view).map(Held::window);
  }

  /** What the store keeps of the past of a view by its rule; empty when it does not hold it. */
  default Optional<Keeping> keeping(String view) {
    return held(view).map(Held::keeping);
  }

  /**
   * Some keys that are stored of a view by its rule, always the same ones for the same keys and
   * seed. Goes through all of them.
   *
   * @param most how many at the most; keys that are longer than some 400 bytes are left out
   */
  List<List<Object>> someKeys(String view, int most, long seed);

  /**
   * Begins a batch that goes on with what is stored of a view by its rule, or begins the view. What
   * is stored of it by other rules stays and is served. One batch is written at a time. A static
   * view is always stored anew, since its table is all that there is of it. Of a windowed view a
   * batch takes the place of all behind the window's beginning, for each key that is in it.
   *
   * @param view one of those for which the store was opened
   * @param window for a static view of no account
   * @throws FeatureStoreException when the store keeps another past of the view, or the window does
   *     not touch what has been stored
   * @throws IllegalStateException when the store was opened to be read, or another batch of it is
   *     open
   */
  StoreBatch begin(String view, Window window, Keeping keeping);

  /** Begins a batch that takes the place of all that is stored of a view by its rule. */
  StoreBatch beginAnew(String view, Window window, Keeping keeping);

  /**
   * Drops what is stored of a view by other rules than its own, if it is stored by its own.
   *
   * @return how many rules that were
   * @throws FeatureStoreException when it cannot be written
   */
  int dropOtherRules(String view);

  /**
   * Keeps other processes and threads from writing until it is closed: a span of time that is to be
   * stored is chosen by what the store holds.
   *
   * @throws FeatureStoreException when another one writes
   */
  WriterLock lockForWriting();
}
