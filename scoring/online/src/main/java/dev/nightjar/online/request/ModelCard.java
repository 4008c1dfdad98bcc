package dev.nightjar.online.request;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRows;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a model that is served, for those who decode, encode and describe. Immutable.
 *
 * @param digest of the bundle
 * @param aliases that lead to this version here, sorted; can be empty
 * @param isDefault whether a request that names no version is answered by this one
 * @param fields what a row may bring
 * @param tensors present where it is offered as one tensor in and one out too
 * @param golden rows to show what one looks like
 */
public record ModelCard(
    BundleManifest manifest,
    String digest,
    List<String> aliases,
    boolean isDefault,
    RequestFields fields,
    Optional<Tensors> tensors,
    GoldenRows golden) {
  public ModelCard {
    aliases = List.copyOf(aliases);
  }

  /** The same with what leads to it. */
  public ModelCard ledToBy(List<String> otherAliases, boolean isFirst) {
    return new ModelCard(manifest, digest, otherAliases, isFirst, fields, tensors, golden);
  }

  public String name() {
    return manifest.name();
  }

  public String version() {
    return manifest.version();
  }
}
