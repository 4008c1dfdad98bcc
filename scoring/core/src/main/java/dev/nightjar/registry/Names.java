package dev.nightjar.registry;

import java.util.regex.Pattern;

/** The words that become names of folders; nothing else gets into a path. */
final class Names {
  /** Lower case alone: some file systems take A and a for one. */
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private Names() {}

  static boolean isWord(String text) {
    return WORD.matcher(text).matches();
  }

  static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  static String requireName(String name) {
    return require("the model's name", name);
  }

  static String requireVersion(String version) {
    return require("the version", version);
  }

  static String requireAlias(String alias) {
    return require("the alias", alias);
  }

  static String requireDigest(String digest) {
    if (!isDigest(digest)) {
      throw RegistryException.unknown(
          "the digest '" + digest + "' is no SHA-256; write all of its 64 hexadecimal digits");
    }
    return digest;
  }

  private static String require(String thing, String word) {
    if (!isWord(word)) {
      throw RegistryException.unknown(
          thing
              + " '"
              + word
              + "' cannot be used; use up to 64 of a-z 0-9 . _ - and begin with a letter or digit");
    }
    return word;
  }
}
