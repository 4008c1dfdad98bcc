package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.pipeline.LoadedBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bundle that somebody made to do harm. Its digests are right wherever it comes so far, so that
 * it is the guard in question that refuses it.
 *
 * @param name of the case, in words
 * @param kind what it tries
 * @param expected words that the refusal must contain
 * @param canary whether a canary class would run if class names were not looked at
 * @param trust the keys by which its signature is checked; empty when none is asked for
 * @param maker writes it
 */
public record HostileBundle(
    String name,
    Kind kind,
    String expected,
    boolean canary,
    Optional<TrustedKeys> trust,
    Maker maker) {

  /** What a bundle tries. */
  public enum Kind {
    /** To have a class of its own loaded. */
    CLASS_NAME,
    /** To have Java objects deserialized. */
    STREAM,
    /** To take all memory or time. */
    BOMB,
    /** To hold what it must not, or what reads two ways. */
    ENTRIES,
    /** To pass for another's. */
    SIGNATURE
  }

  /** Writes a bundle. */
  @FunctionalInterface
  public interface Maker {
    /** Writes it into an empty folder and says where. */
    Path make(Path folder) throws IOException;
  }

  /** Writes it below a folder, under a name of its own. */
  public Path make(Path folder) {
    try {
      return maker.make(Files.createTempDirectory(folder, "hostile-"));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /**
   * Opens and loads it as a job does.
   *
   * @return why it was refused; empty when it was loaded
   */
  public Optional<BundleException> load(Path path) {
    try {
      Bundle bundle = Bundle.open(path);
      trust.ifPresent(keys -> keys.require(bundle));
      LoadedBundle.load(bundle).close();
      return Optional.empty();
    } catch (BundleException e) {
      return Optional.of(e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
