package dev.nightjar.cli;

import dev.nightjar.store.StorePlace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which feature store a command is about: that of the project, or another. */
final class StoreOption extends ProjectOption {
  @Option(
      names = "--store",
      paramLabel = "PLACE",
      description =
          "The store, a folder of this machine or redis://HOST:PORT/DATABASE (default:"
              + " 'feature-store' of conf/project.yaml).")
  private @Nullable String place;

  /** The store that was named, or the project's. */
  StorePlace store() {
    if (place == null) {
      return project().featureStore();
    }
    try {
      return StorePlace.parse(place);
    } catch (IllegalArgumentException e) {
      throw usage(new IllegalArgumentException("--store: " + e.getMessage(), e));
    }
  }
}
