package dev.nightjar.registry;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.engine.Engines;
import dev.nightjar.pipeline.LoadedBundle;
import java.util.Optional;

/** What shows of a bundle, before it is stored, that it computes here what it did at packaging. */
@FunctionalInterface
interface Proof {

  /** Compiles it anew where that is due and a packager is there, and proves its golden rows. */
  Proof HERE =
      (bundle, distrusted) -> {
        Optional<BundleFiles> anew =
            Engines.findPackager().flatMap(packager -> packager.recompile(bundle, distrusted));
        if (anew.isPresent()) {
          return Bundle.check(anew.get()); // proven when it was made
        }
        LoadedBundle.load(bundle).close();
        return bundle;
      };

  /**
   * The bundle to be stored: the one that was given, or what this compiler makes of its source.
   *
   * @param distrusted whether to compile it anew although it says that this compiler has made it
   * @throws dev.nightjar.bundle.BundleException when it computes differently here
   */
  Bundle of(Bundle bundle, boolean distrusted);
}
