package dev.nightjar.registry;

import dev.nightjar.registry.Version.Withdrawal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The versions of models, each of which means one digest for ever. */
final class Versions {
  private static final Pattern FILE =
      Pattern.compile("([0-9a-f]{64})\\.(?:([1-9][0-9]{0,17})\\.json|[0-9a-f-]{36}\\.begun)");

  private final Entries entries;

  Versions(Entries entries) {
    this.entries = entries;
  }

  /** The versions of a model that were admitted, in the order of their admission. */
  List<Version> of(String name) {
    return entries.words(Layout.versions(name)).stream()
        .flatMap(version -> find(name, version).stream())
        .sorted(Comparator.comparing(Version::admitted).thenComparing(Version::version))
        .toList();
  }

  /** The version; empty when it was not admitted. */
  Optional<Version> find(String name, String version) {
    List<String> files = entries.names(Layout.version(name, version));
    List<Version> whole =
        digests(files).stream()
            .flatMap(digest -> find(name, version, digest, files).stream())
            .toList();
    if (whole.size() > 1) {
      throw RegistryException.failed(
          "the folder "
              + entries.path(Layout.version(name, version))
              + " says of one version that it is "
              + whole.get(0).digest()
              + " and "
              + whole.get(1).digest()
              + "; no admission makes that: move the files of the wrong one away");
    }
    return whole.stream().findFirst().map(v -> v.withdrawn(withdrawal(name, version).orElse(null)));
  }

  private Optional<Version> find(String name, String version, String digest, List<String> files) {
    String folder = Layout.version(name, version);
    Optional<Version> last = Optional.empty();
    for (long number : numbers(digest, files).sorted().toArray()) {
      String file = folder + "/" + digest + "." + number + Entries.JSON;
      Optional<Version> found = entries.find(file, Version.class);
      if (found.isPresent() && !isOf(found.get(), name, version, digest)) {
        throw RegistryException.failed(
            "the file "
                + entries.path(file)
                + " is that of "
                + found.get().reference()
                + ", and was copied or renamed; move it away");
      }
      if (found.isPresent()) {
        last = found;
      }
    }
    return last;
  }

  private static boolean isOf(Version found, String name, String version, String digest) {
    return found.name().equals(name)
        && found.version().equals(version)
        && found.digest().equals(digest);
  }

  /** Why the version is not to be used; the first who withdrew it counts. */
  private Optional<Withdrawal> withdrawal(String name, String version) {
    String folder = Layout.withdrawn(name, version);
    return entries
        .numbers(folder, Entries.JSON)
        .mapToObj(number -> entries.find(folder + "/" + number + Entries.JSON, Withdrawal.class))
        .flatMap(Optional::stream)
        .findFirst();
  }

  void withdraw(String name, String version, Withdrawal withdrawal) {
    entries.append(Layout.withdrawn(name, version), withdrawal);
  }

  /**
   * Enters a version, or enters it again with another signature.
   *
   * @throws RegistryException when the version is another digest's, or is being entered for one
   */
  void enter(Version version) {
    requireFree(version.name(), version.version(), version.digest());
    String folder = Layout.version(version.name(), version.version());
    String flag = folder + "/" + version.digest() + "." + UUID.randomUUID() + ".begun";
    entries.create(flag, Map.of("by", version.by(), "begun", version.admitted()));
    try {
      // Whoever has begun with another digest sees this one's flag, or is seen here.
      requireFree(version.name(), version.version(), version.digest());
    } catch (RegistryException e) {
      entries.delete(flag);
      throw e;
    }
    long number = numbers(version.digest(), entries.names(folder)).max().orElse(0) + 1;
    while (!entries.create(folder + "/" + version.digest() + "." + number + ".json", version)) {
      number++;
    }
  }

  /**
   * Looks whether the version may come to mean this digest.
   *
   * @throws RegistryException when it is another's
   */
  void requireFree(String name, String version, String digest) {
    List<String> files = entries.names(Layout.version(name, version));
    for (String other : digests(files)) {
      if (!other.equals(digest)) {
        throw find(name, version, other, files)
            .map(whole -> taken(whole, digest))
            .orElseGet(() -> begun(name + ":" + version, other, digest));
      }
    }
  }

  private static RegistryException taken(Version there, String digest) {
    return RegistryException.refused(
        "the version "
            + there.reference()
            + " is the bundle "
            + there.digest()
            + " (admitted "
            + there.admitted()
            + " by "
            + there.by()
            + "), and this bundle is "
            + digest
            + "; a version never changes: package the model again under another version");
  }

  private static RegistryException begun(String reference, String other, String digest) {
    return RegistryException.overtaken(
        "an admission of the bundle "
            + other
            + " as "
            + reference
            + " was begun and has not ended, and this bundle is "
            + digest
            + "; if it is under way, let it end; if its process died, admit that bundle again, or"
            + " package this one under another version");
  }

  private static Set<String> digests(List<String> files) {
    return files.stream()
        .map(FILE::matcher)
        .filter(Matcher::matches)
        .map(file -> file.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static LongStream numbers(String digest, List<String> files) {
    return files.stream()
        .map(FILE::matcher)
        .filter(file -> file.matches() && file.group(1).equals(digest))
        .map(file -> file.group(2))
        .filter(Objects::nonNull)
        .mapToLong(Long::parseLong);
  }
}
