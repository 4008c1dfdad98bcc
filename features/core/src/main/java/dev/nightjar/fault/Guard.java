package dev.nightjar.fault;

import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A check that a promise rests on. Tests leave one out at a time, by {@code
 * -Dnightjar.test.skip-WORD=true}, and show that something goes wrong then; what no test misses
 * protects nobody. Never leave one out of a real run.
 */
public enum Guard {
  /** Readers take the highest token. */
  TOKEN,
  /** A driver looks after publishing whether its result is the one that readers see. */
  READ_BACK,
  /** An attempt that a newer one has claimed over does not publish. */
  NEWER_CLAIM,
  /** Claims and manifests are created by one alone. */
  EXCLUSIVE_CREATION,
  /** A manifest ends in its own digest. */
  MANIFEST_DIGEST,
  /** The files of a manifest are there in full length when it is published and when it is read. */
  FILE_LENGTHS,
  /** The keys of the written files are those of an independent read of the input. */
  CONSERVATION,
  /** What was counted before scoring is what is there afterwards. */
  INPUT_UNCHANGED,
  /** Pages of Parquet are held against their checksums. */
  PAGE_CHECKSUMS,
  /** The SHA-256 of every file of a bundle is the one in {@code bundle.yaml}. */
  DIGESTS,
  /** A bundle is signed by a key that the caller trusts. */
  SIGNATURE,
  /** No file of a bundle unfolds to more than it may. */
  SIZES,
  /** Classes named in the JSON of networks and transforms are the libraries' own. */
  CLASS_NAMES,
  /** The golden rows of a bundle come out as at packaging. */
  GOLDEN_ROWS;

  private static final System.Logger LOG = System.getLogger(Guard.class.getName());
  private static final Set<Guard> TOLD = ConcurrentHashMap.newKeySet();

  /** The system property that leaves it out. */
  public String property() {
    return "nightjar.test.skip-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the check is made; leaving it out is logged once. */
  public boolean isOn() {
    boolean on = !Boolean.getBoolean(property());
    if (!on && TOLD.add(this)) {
      LOG.log(Level.WARNING, "-D{0}: results are not to be trusted", property());
    }
    return on;
  }

  /**
   * Whether the check is left out; each thing that goes unchecked is logged.
   *
   * @param what would have been checked, for the warning
   */
  public boolean isOff(String what) {
    boolean off = Boolean.getBoolean(property());
    if (off) {
      LOG.log(Level.WARNING, "-D{0}: {1} is used without that check", property(), what);
    }
    return off;
  }
}
