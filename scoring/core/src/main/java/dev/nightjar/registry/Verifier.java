package dev.nightjar.registry;

import dev.nightjar.bundle.BundleException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads everything and goes on after what it finds. */
final class Verifier {
  private final Entries entries;
  private final Registry registry;
  private final List<String> problems = new ArrayList<>();
  private final List<String> leftovers = new ArrayList<>();
  private final Set<String> digests = new HashSet<>();
  private int versions;
  private int aliases;

  Verifier(Entries entries, Registry registry) {
    this.entries = entries;
    this.registry = registry;
  }

  /**
   * Reads these models.
   *
   * @param isAll whether there are no others, so that what belongs to none can be told
   */
  Verification verify(List<String> names, boolean isAll) {
    holds(registry::policy);
    for (String name : names) {
      for (String version : entries.words(Layout.versions(name))) {
        verifyVersion(name, version);
      }
      for (String alias : entries.words(Layout.aliases(name))) {
        verifyAlias(name, alias);
      }
    }
    if (isAll) {
      entries.words(Layout.BUNDLES).stream()
          .filter(digest -> !digests.contains(digest))
          // Else nothing is left of it but that its tries were given up.
          .filter(digest -> entries.numbers(Layout.bundle(digest), "").findAny().isPresent())
          .map(digest -> "no version is the bundle " + entries.path(Layout.bundle(digest)))
          .forEach(leftovers::add);
    }
    return new Verification(versions, aliases, problems, leftovers);
  }

  private void verifyVersion(String name, String version) {
    String folder = Layout.version(name, version);
    List<String> files = entries.names(folder);
    boolean whole = false;
    for (String file : files) {
      digests.add(file.replaceAll("\\..*", ""));
      if (file.endsWith(Entries.JSON)) {
        whole |= isWhole(folder + "/" + file, Version.class);
      }
    }
    if (!whole) {
      if (!files.isEmpty()) {
        leftovers.add(
            "the admission of " + name + ":" + version + " was begun and has not ended: " + folder);
      }
      return;
    }
    if (holds(() -> open(registry.version(name, version)))) {
      versions++;
    }
  }

  private void open(Version version) {
    registry.open(
        new Resolved(
            version.reference(),
            version.name(),
            version.version(),
            version.digest(),
            Optional.empty()));
  }

  private void verifyAlias(String name, String alias) {
    String folder = Layout.alias(name, alias);
    long[] numbers = entries.numbers(folder, Entries.JSON).toArray();
    boolean whole = false;
    for (long number : numbers) {
      whole |= isWhole(folder + "/" + number + Entries.JSON, Move.class);
    }
    if (whole && holds(() -> registry.resolve(new Reference.ToAlias(name, alias)))) {
      aliases++;
    }
  }

  private boolean isWhole(String file, Class<?> type) {
    try {
      if (entries.find(file, type).isPresent()) {
        return true;
      }
      leftovers.add("the file " + entries.path(file) + " lacks its end");
      return false;
    } catch (RegistryException e) {
      add(e);
      return false;
    }
  }

  private boolean holds(Runnable reading) {
    try {
      reading.run();
      return true;
    } catch (RegistryException | BundleException e) {
      add(e);
      return false;
    }
  }

  private void add(RuntimeException e) {
    String message = String.valueOf(e.getMessage());
    if (!problems.contains(message)) {
      problems.add(message);
    }
  }
}
