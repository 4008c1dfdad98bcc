package dev.nightjar.bundle;

import java.lang.System.Logger.Level;

/**
 * A check between a bundle and what it could do. Each can be left out by a system property, for
 * tests of what it is worth: with one of them off, some case must fail. Never leave one out of a
 * real run; whoever does is warned each time.
 */
public enum Guard {
  /** The SHA-256 of every file is the one in {@code bundle.yaml}. */
  DIGESTS("nightjar.test.skip-digests"),
  /** The bundle is signed by a key that the caller trusts. */
  SIGNATURE("nightjar.test.skip-signature"),
  /** No file unfolds to more than it may. */
  SIZES("nightjar.test.skip-sizes"),
  /** Classes named in the JSON of networks and transforms are the libraries' own. */
  CLASS_NAMES("nightjar.test.skip-class-names"),
  /** The golden rows come out as at packaging. */
  GOLDEN_ROWS("nightjar.test.skip-golden-rows");

  private static final System.Logger LOG = System.getLogger(Guard.class.getName());

  private final String property;

  Guard(String property) {
    this.property = property;
  }

  /** The system property that leaves it out. */
  public String property() {
    return property;
  }

  /**
   * Whether it is left out.
   *
   * @param what would have been checked, for the warning
   */
  public boolean isOff(String what) {
    boolean off = Boolean.getBoolean(property);
    if (off) {
      LOG.log(Level.WARNING, "-D{0}: {1} is used without that check", property, what);
    }
    return off;
  }
}
