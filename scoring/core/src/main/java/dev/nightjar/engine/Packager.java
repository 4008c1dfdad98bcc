package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import java.util.Optional;

/** Makes bundles from the artifacts of training. Implementations are stateless and thread-safe. */
public interface Packager {

  /**
   * Reads the artifacts, checks that they fit each other and the contract, computes golden rows,
   * proves the bundle on them, and returns its files, its digests included.
   *
   * @throws dev.nightjar.bundle.BundleException when the artifacts make no sound bundle
   */
  BundleFiles pack(PackageRequest request);

  /**
   * Compiles a bundle of an older compiler anew from its {@code source/}, holding the result
   * against the golden rows that it has. Its signature stays: it covers source and golden rows.
   *
   * @param distrusted also when this compiler has made it: what is compiled is then known to come
   *     from the source
   * @return the files of the new bundle, of the same name and version, which says what it was
   *     compiled from; empty when there is nothing to be changed
   * @throws dev.nightjar.bundle.BundleException when its source cannot be read, or its golden rows
   *     fail by the reference too
   */
  Optional<BundleFiles> recompile(Bundle bundle, boolean distrusted);
}
