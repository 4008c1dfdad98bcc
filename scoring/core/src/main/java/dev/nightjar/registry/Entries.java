package dev.nightjar.registry;

import dev.nightjar.storage.IoWords;
import dev.nightjar.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** The registry's files by name; what the storage cannot do is told as a registry's failure. */
final class Entries {
  static final String JSON = ".json";

  private static final Pattern NUMBER = Pattern.compile("([1-9][0-9]{0,17})");

  private final Storage storage;

  Entries(Storage storage) {
    this.storage = storage;
  }

  String root() {
    return storage.root();
  }

  String path(String name) {
    return storage.path(name);
  }

  /** The names in a folder, sorted; none when there is no such folder. */
  List<String> names(String folder) {
    try {
      return storage.list(folder).stream().sorted().toList();
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /** The words that name folders of ours in a folder, sorted; other files are not ours. */
  List<String> words(String folder) {
    return names(folder).stream().filter(Names::isWord).toList();
  }

  /** The numbers of the files in a folder that are called a number and this ending. */
  LongStream numbers(String folder, String ending) {
    return names(folder).stream()
        .map(name -> number(name, ending))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .sorted();
  }

  /** The number in a file's name. */
  static OptionalLong number(String name, String ending) {
    if (!name.endsWith(ending)) {
      return OptionalLong.empty();
    }
    Matcher number = NUMBER.matcher(name.substring(0, name.length() - ending.length()));
    return number.matches()
        ? OptionalLong.of(Long.parseLong(number.group(1)))
        : OptionalLong.empty();
  }

  /**
   * The entry in a file; empty when there is none, or only its beginning.
   *
   * @throws RegistryException when it is damaged or cannot be read
   */
  <T> Optional<T> find(String file, Class<T> type) {
    return bytes(file).flatMap(bytes -> SealedJson.read(path(file), bytes, type));
  }

  Optional<byte[]> bytes(String file) {
    try {
      return storage.read(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** When a file or folder was last written; empty when that cannot be known. */
  Optional<Instant> written(String name) {
    try {
      return storage.written(name);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Creates an entry; false when a file of that name is there. */
  boolean create(String file, Object entry) {
    return createBytes(file, SealedJson.write(entry));
  }

  boolean createBytes(String file, byte[] bytes) {
    try {
      return storage.create(file, bytes);
    } catch (IOException e) {
      throw new RegistryException(
          RegistryException.Kind.FAILED,
          "the registry's file "
              + path(file)
              + " cannot be written: "
              + IoWords.of(e)
              + "; see that there is room and that it may be written, and repeat the command: what is"
              + " there of it now does no harm",
          e);
    }
  }

  /** Creates an entry under the lowest number above those in the folder; returns the number. */
  long append(String folder, Object entry) {
    long number = numbers(folder, JSON).max().orElse(0) + 1;
    while (!create(folder + "/" + number + JSON, entry)) {
      number++;
    }
    return number;
  }

  void delete(String file) {
    try {
      storage.delete(file);
    } catch (IOException e) {
      throw new RegistryException(
          RegistryException.Kind.FAILED,
          "the registry's file " + path(file) + " cannot be deleted: " + IoWords.of(e),
          e);
    }
  }

  private RegistryException unreadable(String file, IOException e) {
    return new RegistryException(
        RegistryException.Kind.FAILED,
        "the registry's file "
            + path(file)
            + " cannot be read: "
            + IoWords.of(e)
            + "; see that the registry is meant, and that it may be read",
        e);
  }
}
