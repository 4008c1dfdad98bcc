package dev.nightjar.online.model;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.StorePlace;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The feature store, opened when the first bundle with views needs it and shared by all.
 * Thread-safe.
 */
final class StoreDoor implements AutoCloseable {
  private final StorePlace place;
  private @Nullable OnlineStore store;

  StoreDoor(StorePlace place) {
    this.place = place;
  }

  /**
   * A look-up of a bundle's views.
   *
   * @throws FeatureStoreException when there is no store, or it does not hold one of the views by
   *     the bundle's rule
   */
  synchronized FeatureStore lookUp(BundleManifest manifest) {
    if (store == null) {
      store = place.read(List.of());
    }
    List<FeatureView> views = OnlineScorer.views(manifest);
    Optional<String> missing = store.missing(views);
    if (missing.isPresent()) {
      throw new FeatureStoreException(missing.get());
    }
    return store.reading(views);
  }

  @Override
  public synchronized void close() {
    if (store != null) {
      store.close();
      store = null;
    }
  }
}
