package dev.nightjar.registry;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.data.Sha256;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The bytes of bundles, by digest. */
final class BundleStore {
  private final Entries entries;

  BundleStore(Entries entries) {
    this.entries = entries;
  }

  /**
   * A bundle that was stored and read back.
   *
   * @param digest of the bundle
   * @param folder of its files, a number
   * @param files the SHA-256 of each, its signature included
   */
  @JsonPropertyOrder({"digest", "folder", "files"})
  record Stored(String digest, long folder, Map<String, String> files) {
    private static final long NONE = 0;

    Stored {
      files = new TreeMap<>(files);
    }

    /** In the place of the name of a try that is given up: nobody can name it any more. */
    static Stored nothing(String digest) {
      return new Stored(digest, NONE, Map.of());
    }

    boolean isNothing() {
      return folder == NONE;
    }
  }

  /** The last whole try of storing the bundle. */
  Optional<Stored> find(String digest) {
    String folder = Layout.bundle(digest);
    List<Stored> whole = new ArrayList<>();
    entries
        .numbers(folder, Entries.JSON)
        .forEach(
            number ->
                entries
                    .find(folder + "/" + number + Entries.JSON, Stored.class)
                    .filter(stored -> stored.digest().equals(digest) && stored.folder() == number)
                    .ifPresent(whole::add));
    return whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
  }

  /**
   * The files of a stored bundle, each held against the digest that was noted when it was read
   * back.
   *
   * @param label of the bundle, for messages
   * @throws RegistryException when a file is missing or changed
   */
  BundleFiles open(String label, Stored stored) {
    Map<String, byte[]> files = new TreeMap<>();
    String folder = Layout.bundle(stored.digest()) + "/" + stored.folder();
    for (Map.Entry<String, String> file : stored.files().entrySet()) {
      String path = folder + "/" + file.getKey();
      byte[] bytes =
          entries
              .bytes(path)
              .orElseThrow(() -> damaged(label, path, "lacks the file ", "", stored.digest()));
      if (!Sha256.of(bytes).equals(file.getValue())) {
        String rule = " has the SHA-256 " + Sha256.of(bytes) + ", not " + file.getValue();
        throw damaged(label, path, "is damaged: ", rule, stored.digest());
      }
      files.put(file.getKey(), bytes);
    }
    return BundleFiles.of(entries.path(folder), files);
  }

  private RegistryException damaged(
      String label, String path, String what, String rule, String digest) {
    return RegistryException.failed(
        "the bundle of "
            + label
            + " "
            + what
            + entries.path(path)
            + rule
            + "; admit the bundle again ('nightjar models add' of "
            + digest
            + "), which stores its files anew");
  }

  /** Stores a checked bundle in a folder of its own, reads it back, and only then names it. */
  void store(Bundle bundle) {
    BundleFiles files = bundle.files();
    long folder = begin(bundle.digest(), files.get(BundleFiles.MANIFEST));
    Map<String, String> digests = new TreeMap<>();
    for (String name : files.names()) {
      String file = Layout.bundle(bundle.digest()) + "/" + folder + "/" + name;
      byte[] bytes = files.get(name);
      if (!name.equals(BundleFiles.MANIFEST)) {
        entries.createBytes(file, bytes);
      }
      requireSame(file, bytes);
      digests.put(name, Sha256.of(bytes));
    }
    Stored stored = new Stored(bundle.digest(), folder, digests);
    String name = Layout.bundle(bundle.digest()) + "/" + folder + Entries.JSON;
    if (!entries.create(name, stored)
        && !entries.find(name, Stored.class).filter(stored::equals).isPresent()) {
      throw RegistryException.failed(
          "the files of "
              + bundle.label()
              + " were so long in being written that they were taken away as those of an admission"
              + " that died; nothing was admitted, admit the bundle again");
    }
  }

  /**
   * Takes the files of tries away that were begun long ago and never named. Should one of them be
   * under way all the same, either it is named first and stays, or it finds that it cannot be named
   * any more; never is a bundle named whose files are gone.
   *
   * @param before when they were begun
   * @return the folders
   */
  List<String> collect(Instant before) {
    List<String> gone = new ArrayList<>();
    for (String digest : entries.words(Layout.BUNDLES)) {
      for (long number : entries.numbers(Layout.bundle(digest), "").toArray()) {
        if (isGivenUp(digest, number, before)) {
          String folder = Layout.bundle(digest) + "/" + number;
          entries.delete(folder);
          gone.add(folder);
        }
      }
    }
    return gone;
  }

  private boolean isGivenUp(String digest, long number, Instant before) {
    String folder = Layout.bundle(digest) + "/" + number;
    String name = folder + Entries.JSON;
    // The manifest comes first of all files; a folder without it was begun and no more.
    Optional<Instant> begun =
        entries.written(folder + "/" + BundleFiles.MANIFEST).or(() -> entries.written(folder));
    if (!begun.filter(at -> at.isBefore(before)).isPresent()) {
      return false;
    }
    Optional<Stored> named;
    try {
      named = entries.find(name, Stored.class);
    } catch (RegistryException e) {
      return false; // damaged: not for this to judge, and no reason to stop here
    }
    if (named.isPresent()) {
      return named.get().isNothing(); // whoever took it away before has died over it
    }
    return entries.bytes(name).isPresent()
        ? isBefore(name, before) // half a name: its writer died
        : entries.create(name, Stored.nothing(digest));
  }

  private boolean isBefore(String name, Instant before) {
    return entries.written(name).filter(at -> at.isBefore(before)).isPresent();
  }

  /** Whoever creates the manifest has the folder for itself. */
  private long begin(String digest, byte[] manifest) {
    String folder = Layout.bundle(digest);
    long number =
        entries.names(folder).stream()
                .map(name -> Entries.number(name.replace(Entries.JSON, ""), ""))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max()
                .orElse(0)
            + 1;
    while (!entries.createBytes(folder + "/" + number + "/" + BundleFiles.MANIFEST, manifest)) {
      number++;
    }
    return number;
  }

  private void requireSame(String file, byte[] bytes) {
    if (!entries.bytes(file).filter(there -> Arrays.equals(there, bytes)).isPresent()) {
      throw RegistryException.failed(
          "the file "
              + entries.path(file)
              + " was written and reads back otherwise; nothing was admitted. See after the storage,"
              + " and admit the bundle again");
    }
  }
}
