package dev.nightjar.online.settings;

import dev.nightjar.store.StorePlace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All that an endpoint was told.
 *
 * @param registry the folder of the registry
 * @param store where features are looked up; opened only when a bundle has views
 * @param models in order: of several versions of a model the first answers requests that name none
 * @param signedBy public keys, of which one must have signed each bundle; empty: any bundle is
 *     taken that the registry's own policy lets through
 * @param watch how often the registry is asked where the aliases point
 */
public record EndpointSettings(
    Path registry,
    StorePlace store,
    List<ModelChoice> models,
    List<Path> signedBy,
    Duration watch,
    Listening listening,
    ServingLimits limits) {
  public EndpointSettings {
    models = List.copyOf(models);
    signedBy = List.copyOf(signedBy);
  }
}
