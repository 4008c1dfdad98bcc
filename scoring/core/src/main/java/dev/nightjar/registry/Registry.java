package dev.nightjar.registry;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.VerifyingKey;
import dev.nightjar.registry.Version.Withdrawal;
import dev.nightjar.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Bundles by name and version, and aliases that move. Every method looks at the files anew; what a
 * run works with it resolves once and keeps. Thread-safe, and safe among processes on any storage
 * whose creation is exclusive. Reading needs no right to write.
 *
 * <p>Every method throws {@link RegistryException} when the files cannot be read or trusted, and
 * when a name is none; what else they throw it for stands beside them.
 */
public final class Registry {
  /** How long an admission may take before it is taken for dead: the proof is what takes time. */
  static final Duration LONGEST_ADMISSION = Duration.ofDays(1);

  private final Entries entries;
  private final Storage storage;
  private final Clock clock;
  private final List<AdmissionRule> rules;
  private final Proof proof;
  private final BundleStore bundles;
  private final Versions versions;
  private final Aliases aliases;
  private final Lookup lookup;

  Registry(Storage storage, Clock clock, List<AdmissionRule> rules, Proof proof) {
    this.proof = proof;
    this.storage = storage;
    this.entries = new Entries(storage);
    this.clock = clock;
    this.rules = List.copyOf(rules);
    this.bundles = new BundleStore(entries);
    this.versions = new Versions(entries);
    this.aliases = new Aliases(entries, clock);
    this.lookup = new Lookup(entries, versions, aliases);
  }

  /**
   * The registry in a storage, which may be empty. A bundle is admitted when its golden rows come
   * out on this machine. One of an older compiler is compiled anew before that, where the class
   * path has a packager.
   */
  public static Registry at(Storage storage) {
    return new Registry(storage, Clock.systemUTC(), List.of(), Proof.HERE);
  }

  /** The same registry, which also asks this of a bundle that it admits, before all else. */
  public Registry requiring(AdmissionRule rule) {
    List<AdmissionRule> more = new ArrayList<>(rules);
    more.add(0, rule);
    return new Registry(storage, clock, more, proof);
  }

  /** The root as messages name it. */
  public String root() {
    return entries.root();
  }

  /** The names of all models that have a version, sorted. */
  public List<String> names() {
    return lookup.names();
  }

  /**
   * The versions of a model in the order of their admission, also those that were withdrawn.
   *
   * @throws RegistryException also when there is no such model
   */
  public List<Version> versions(String name) {
    return lookup.versions(name);
  }

  /**
   * A version of a model, also when it was withdrawn.
   *
   * @throws RegistryException also when there is none
   */
  public Version version(String name, String version) {
    return lookup.version(name, version);
  }

  /**
   * The aliases of a model and where each points, sorted by alias.
   *
   * @throws RegistryException also when there is no such model
   */
  public Map<String, Move> aliases(String name) {
    versions(name);
    Map<String, Move> current = new TreeMap<>();
    for (String alias : aliases.names(name)) {
      aliases.current(name, alias).ifPresent(move -> current.put(alias, move));
    }
    return current;
  }

  /**
   * The moves of an alias that were ever current, oldest first; the last is current.
   *
   * @throws RegistryException also when there is no such model or alias
   */
  public List<Move> history(String name, String alias) {
    return lookup.history(name, alias).moves();
  }

  /**
   * Admits a bundle under the name and the version that it bears: checks its digests, proves its
   * golden rows here, asks what the registry demands, stores the bytes, reads them back and enters
   * the version. Until then nothing is visible, and whatever ends it on the way, it can be
   * repeated. To admit the same bundle again changes nothing, but mends files that were lost or
   * damaged.
   *
   * <p>A bundle of an older compiler is admitted as this one compiles it from its source. Where a
   * signature is demanded, that is done with every bundle: a signature covers the source and not
   * what was compiled of it.
   *
   * @param by who admits, for people
   * @throws RegistryException also when the version is another bundle's, or the registry's policy
   *     refuses it
   * @throws dev.nightjar.bundle.BundleException when the bundle is not sound, or computes
   *     differently here
   */
  public Version admit(BundleFiles files, String by) {
    return admit(Bundle.check(files), by);
  }

  private Version admit(Bundle given, String by) {
    String name = Names.requireName(given.manifest().name());
    String number = Names.requireVersion(given.manifest().version());
    Optional<Version> before = versions.find(name, number);
    before.ifPresent(Lookup::requireUsable);
    Optional<String> signedBy = vouched(given);
    Bundle bundle = proof.of(given, signedBy.isPresent());
    if (!bundle.digest().equals(given.digest())
        && before.filter(v -> isMadeOf(v, given)).isPresent()) {
      return before.get(); // compiled elsewhere it may have come out as other bytes
    }
    versions.requireFree(name, number, bundle.digest());
    if (!isStored(bundle)) {
      bundles.store(bundle);
    }
    if (before.isEmpty() || isNews(signedBy, before.get())) {
      versions.enter(
          new Version(
              name,
              number,
              bundle.digest(),
              bundle.manifest().created(),
              now(),
              by,
              signedBy.orElse(null),
              null));
    }
    Version admitted = version(name, number);
    try {
      collect();
    } catch (RegistryException e) {
      // What was admitted is admitted; the next admission tries again, and verify() tells of it.
      return admitted;
    }
    return admitted;
  }

  /**
   * Takes away what admissions that died have left of files that no version can come to mean: those
   * of tries that were begun a day ago and are not whole. Each admission ends with this. Whole
   * bundles, versions, aliases and what was begun of them stay.
   *
   * @return the folders that were taken away, relative to the root
   */
  public List<String> collect() {
    return bundles.collect(clock.instant().minus(LONGEST_ADMISSION));
  }

  /** Asks the policy, then the rules; returns whose key vouches for the bundle. */
  private Optional<String> vouched(Bundle bundle) {
    List<AdmissionRule> all = new ArrayList<>(rules);
    policy().trustedKeys().map(AdmissionRule::signedBy).ifPresent(rule -> all.add(0, rule));
    List<String> keys = all.stream().flatMap(rule -> rule.check(bundle).stream()).toList();
    return keys.stream().findFirst();
  }

  /** Whether a version is what was compiled of that bundle when it was admitted before. */
  private boolean isMadeOf(Version version, Bundle given) {
    return bundles
        .find(version.digest())
        .map(stored -> bundles.open(version.reference(), stored))
        .map(files -> BundleManifest.parse(files.origin(), files.get(BundleFiles.MANIFEST)))
        .map(manifest -> manifest.provenance().get(BundleManifest.RECOMPILED_FROM))
        .filter(given.digest()::equals)
        .isPresent();
  }

  /** Somebody vouches for a bundle that was admitted without, or another one does. */
  private static boolean isNews(Optional<String> signedBy, Version before) {
    return signedBy.isPresent() && !signedBy.get().equals(before.signedBy());
  }

  /** Whether all bytes are there, with a signature if this bundle brings one. */
  private boolean isStored(Bundle bundle) {
    Optional<BundleStore.Stored> stored = bundles.find(bundle.digest());
    if (stored.isEmpty()) {
      return false;
    }
    try {
      BundleFiles there = bundles.open(bundle.label(), stored.get());
      Optional<byte[]> signature = bundle.files().find(BundleFiles.SIGNATURE);
      return signature.isEmpty()
          || there
              .find(BundleFiles.SIGNATURE)
              .filter(bytes -> Arrays.equals(bytes, signature.get()))
              .isPresent();
    } catch (RegistryException e) {
      // Lost or damaged: it is stored anew beside it.
      return false;
    }
  }

  /**
   * Points an alias to a version. Of several who do so at once and expect the same version, one
   * wins and the others are told.
   *
   * @param by who moves it, for people
   * @param expected the version to which it must point until then; empty to move it wherever it
   *     points, {@link #NOWHERE} for an alias that is new
   * @return the move; an earlier one when it points there already
   * @throws RegistryException also when there is no such version, when it was withdrawn, or when
   *     the alias does not point to what was expected
   */
  public Move promote(
      String name, String version, String alias, String by, Optional<String> expected) {
    Names.requireAlias(alias);
    Version to = version(name, version);
    Lookup.requireUsable(to);
    return aliases.move(
        name,
        alias,
        by,
        history -> {
          Optional<Move> current = history.current();
          expected.ifPresent(e -> requireExpected(name, alias, e, current));
          return current.filter(move -> move.version().equals(version)).isPresent()
              ? Optional.empty()
              : Optional.of(new Aliases.Target(version, to.digest(), false));
        });
  }

  /** What {@link #promote} expects of an alias that nobody has moved yet. */
  public static final String NOWHERE = "-";

  private static void requireExpected(
      String name, String alias, String expected, Optional<Move> current) {
    String version = current.map(Move::version).orElse(NOWHERE);
    if (!version.equals(expected)) {
      throw RegistryException.overtaken(
          "the alias '"
              + name
              + "@"
              + alias
              + "' points to "
              + current
                  .map(
                      m ->
                          m.version()
                              + " since "
                              + m.at()
                              + " (move "
                              + m.number()
                              + " by "
                              + m.by())
                  .map(text -> text + ")")
                  .orElse("no version yet")
              + ", not to "
              + (expected.equals(NOWHERE) ? "nothing" : expected)
              + " as expected; it was not moved. Look at 'nightjar models history "
              + name
              + " "
              + alias
              + "' and decide anew");
    }
  }

  /**
   * Moves an alias back to the version before the current one; called again, to the one before
   * that. What was withdrawn is left out.
   *
   * @param by who moves it, for people
   * @throws RegistryException also when there is no version to go back to, or when somebody else
   *     moves the alias at the same time
   */
  public Move rollBack(String name, String alias, String by) {
    List<Move> start = history(name, alias);
    String from = start.get(start.size() - 1).version();
    return aliases.move(
        name,
        alias,
        by,
        history -> {
          requireExpected(name, alias, from, history.current());
          Move back =
              history
                  .before(move -> version(name, move.version()).withdrawn() == null)
                  .orElseThrow(() -> noneBefore(name, alias, from));
          return Optional.of(new Aliases.Target(back.version(), back.digest(), true));
        });
  }

  private static RegistryException noneBefore(String name, String alias, String version) {
    return RegistryException.refused(
        "the alias '"
            + name
            + "@"
            + alias
            + "' points to "
            + version
            + " and has no usable version before it to go back to; point it to one with 'nightjar"
            + " models promote "
            + name
            + ":VERSION "
            + alias
            + "'");
  }

  /**
   * Withdraws a version: nothing resolves to it any more but its digest. Aliases that point to it
   * stay, and resolving them says why it was withdrawn. It cannot be taken back.
   *
   * @param why for people, not blank
   * @param by who withdraws it, for people
   * @return the version with the withdrawal that counts, which may be an earlier one
   * @throws RegistryException also when there is no such version
   */
  public Version withdraw(String name, String version, String why, String by) {
    if (why.isBlank()) {
      throw RegistryException.unknown(
          "a version is not withdrawn without a reason; say why, for those who meet it");
    }
    if (version(name, version).withdrawn() == null) {
      versions.withdraw(name, version, new Withdrawal(why, now(), by));
    }
    return version(name, version);
  }

  /**
   * What a reference means now.
   *
   * @throws RegistryException also when it names what is not there, or what was withdrawn
   */
  public Resolved resolve(String reference) {
    return resolve(Reference.parse(reference));
  }

  /**
   * What a reference means now.
   *
   * @throws RegistryException also when it names what is not there, or what was withdrawn
   */
  public Resolved resolve(Reference reference) {
    return lookup.resolve(reference);
  }

  /**
   * The files of what was resolved, each held against its digest. They are read once; check them
   * with {@link Bundle#check} and prove them with {@code LoadedBundle} as those of any bundle.
   *
   * @throws RegistryException also when a file is missing or damaged
   * @throws dev.nightjar.bundle.BundleException when the registry demands a signature that the
   *     bundle lacks: sign it and admit it again, which adds the signature
   */
  public BundleFiles open(Resolved resolved) {
    String label = resolved.name() + ":" + resolved.version();
    BundleStore.Stored stored =
        bundles
            .find(resolved.digest())
            .orElseThrow(
                () ->
                    RegistryException.failed(
                        "the registry "
                            + root()
                            + " has no whole files of "
                            + label
                            + " ("
                            + resolved.digest()
                            + "); admit that bundle again with 'nightjar models add'"));
    BundleFiles files = bundles.open(label, stored);
    Bundle bundle = Bundle.check(files);
    String digest = bundle.digest();
    if (!digest.equals(resolved.digest())) {
      throw RegistryException.failed(
          "the bundle of "
              + label
              + " in "
              + files.origin()
              + " has the digest "
              + digest
              + ", not "
              + resolved.digest()
              + "; admit the right one again with 'nightjar models add'");
    }
    policy().trustedKeys().ifPresent(keys -> keys.require(bundle));
    return files;
  }

  /**
   * What the registry demands of bundles.
   *
   * @throws RegistryException also when the last setting was left half written: it might be the
   *     stricter one, so nothing is admitted until it is set again
   */
  public Policy policy() {
    OptionalLong last = entries.numbers(Layout.POLICY, Entries.JSON).max();
    if (last.isEmpty()) {
      return Policy.NONE;
    }
    String file = Layout.POLICY + "/" + last.getAsLong() + Entries.JSON;
    return entries
        .find(file, Policy.class)
        .orElseThrow(
            () ->
                RegistryException.failed(
                    "the file "
                        + entries.path(file)
                        + " lacks its end, so what the registry demands is not known; set it again"
                        + " with 'nightjar models policy'"));
  }

  /**
   * Demands that every bundle that is admitted or opened from now on is signed.
   *
   * @param keys one of which must have signed, by name; none ends the demand
   * @param by who demands it, for people
   */
  public void demandSignatures(Map<String, VerifyingKey> keys, String by) {
    Map<String, String> encoded = new TreeMap<>();
    keys.forEach((name, key) -> encoded.put(name, key.encoded()));
    entries.append(Layout.POLICY, new Policy(encoded, now(), by));
  }

  /**
   * Reads everything: every entry, every file of every bundle, every alias.
   *
   * @param name only this model's; empty for all
   * @throws RegistryException only when there is no such model, or the root cannot be read
   */
  public Verification verify(Optional<String> name) {
    name.ifPresent(this::requireModel);
    return new Verifier(entries, this)
        .verify(name.map(List::of).orElseGet(this::folders), name.isEmpty());
  }

  private void requireModel(String name) {
    if (!folders().contains(Names.requireName(name))) {
      throw lookup.noModel(name);
    }
  }

  private List<String> folders() {
    return entries.words(Layout.MODELS);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
