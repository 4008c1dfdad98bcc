package dev.nightjar.registry;

import dev.nightjar.config.Suggestion;
import dev.nightjar.registry.Version.Withdrawal;
import java.util.List;
import java.util.Optional;

/** Finds what names and references mean, or says what else there is. */
final class Lookup {
  private final Entries entries;
  private final Versions versions;
  private final Aliases aliases;

  Lookup(Entries entries, Versions versions, Aliases aliases) {
    this.entries = entries;
    this.versions = versions;
    this.aliases = aliases;
  }

  /** The names of all models that have a version, sorted. */
  List<String> names() {
    return entries.words(Layout.MODELS).stream()
        .filter(name -> !versions.of(name).isEmpty())
        .toList();
  }

  List<Version> versions(String name) {
    List<Version> found = versions.of(Names.requireName(name));
    if (found.isEmpty()) {
      throw noModel(name);
    }
    return found;
  }

  Version version(String name, String version) {
    return versions
        .find(Names.requireName(name), Names.requireVersion(version))
        .orElseThrow(() -> noVersion(name, version));
  }

  History history(String name, String alias) {
    History history = aliases.history(Names.requireName(name), Names.requireAlias(alias));
    if (history.moves().isEmpty()) {
      throw noAlias(name, alias);
    }
    return history;
  }

  Resolved resolve(Reference reference) {
    if (reference instanceof Reference.ToAlias to) {
      return resolve(to);
    }
    if (reference instanceof Reference.ToVersion to) {
      Version version = version(to.name(), to.version());
      requireUsable(version);
      return resolved(reference, version, Optional.empty());
    }
    Reference.ToDigest to = (Reference.ToDigest) reference;
    Version version =
        versions(to.name()).stream()
            .filter(v -> v.digest().equals(to.digest()))
            .findFirst()
            .orElseThrow(() -> noDigest(to));
    return resolved(reference, version, Optional.empty());
  }

  private Resolved resolve(Reference.ToAlias to) {
    Move move =
        aliases.current(to.name(), to.alias()).orElseThrow(() -> noAlias(to.name(), to.alias()));
    Version version = version(to.name(), move.version());
    if (!version.digest().equals(move.digest())) {
      throw RegistryException.failed(
          "the alias '"
              + to
              + "' was moved to "
              + version.reference()
              + " when that was "
              + move.digest()
              + ", and now it is "
              + version.digest()
              + "; somebody has changed the registry's files: run 'nightjar models verify "
              + to.name()
              + "'");
    }
    try {
      requireUsable(version);
    } catch (RegistryException e) {
      throw RegistryException.refused(
          "the alias '"
              + to
              + "' points to a version that is not to be used: "
              + e.getMessage()
              + ", as by 'nightjar models rollback "
              + to.name()
              + " "
              + to.alias()
              + "'");
    }
    return resolved(to, version, Optional.of(move));
  }

  private static Resolved resolved(Reference reference, Version version, Optional<Move> move) {
    return new Resolved(
        reference.toString(), version.name(), version.version(), version.digest(), move);
  }

  /** Refuses what was withdrawn. */
  static void requireUsable(Version version) {
    Withdrawal withdrawn = version.withdrawn();
    if (withdrawn != null) {
      throw RegistryException.refused(
          "the version "
              + version.reference()
              + " was withdrawn (by "
              + withdrawn.by()
              + ", "
              + withdrawn.at()
              + "): "
              + withdrawn.why()
              + "; use another version");
    }
  }

  RegistryException noModel(String name) {
    List<String> known = names();
    return RegistryException.unknown(
        "the registry "
            + entries.root()
            + " has no model '"
            + name
            + "'"
            + (known.isEmpty()
                ? " and no other; add one with 'nightjar models add BUNDLE'"
                : Suggestion.text(name, known)));
  }

  private RegistryException noVersion(String name, String version) {
    List<String> known = versions(name).stream().map(Version::version).toList();
    return RegistryException.unknown(
        "the model '"
            + name
            + "' has no version '"
            + version
            + "' in "
            + entries.root()
            + Suggestion.text(version, known));
  }

  private RegistryException noAlias(String name, String alias) {
    versions(name);
    List<String> known = aliases.names(name);
    return RegistryException.unknown(
        "the model '"
            + name
            + "' has no alias '"
            + alias
            + "' in "
            + entries.root()
            + (known.isEmpty()
                ? " and no other; point one with 'nightjar models promote "
                    + name
                    + ":VERSION "
                    + alias
                    + "'"
                : Suggestion.text(alias, known)));
  }

  private static RegistryException noDigest(Reference.ToDigest to) {
    return RegistryException.unknown(
        "the model '"
            + to.name()
            + "' has no bundle of the digest "
            + to.digest()
            + "; see 'nightjar models show "
            + to.name()
            + "'");
  }
}
