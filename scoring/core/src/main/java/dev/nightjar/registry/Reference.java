package dev.nightjar.registry;

import java.util.Locale;

/**
 * How a job or a command names a bundle of the registry: {@code flight-delay@champion} by alias,
 * {@code flight-delay:2013-11} by version, {@code flight-delay@sha256:…} by digest.
 */
public sealed interface Reference {

  /** The model's name. */
  String name();

  /** Whatever version the alias points to when it is resolved. */
  record ToAlias(String name, String alias) implements Reference {
    public ToAlias {
      Names.requireName(name);
      Names.requireAlias(alias);
    }

    @Override
    public String toString() {
      return name + "@" + alias;
    }
  }

  /** One version. */
  record ToVersion(String name, String version) implements Reference {
    public ToVersion {
      Names.requireName(name);
      Names.requireVersion(version);
    }

    @Override
    public String toString() {
      return name + ":" + version;
    }
  }

  /** One bundle by its digest, also when its version was withdrawn. */
  record ToDigest(String name, String digest) implements Reference {
    public ToDigest {
      Names.requireName(name);
      Names.requireDigest(digest);
    }

    @Override
    public String toString() {
      return name + "@" + SHA256 + digest;
    }
  }

  /** What stands before the digest in a {@link ToDigest}. */
  String SHA256 = "sha256:";

  /**
   * Whether a text that may be a path or a reference is a reference: it holds {@code @} or {@code
   * :}, and neither {@code /} nor {@code \}. A file of such a name is written {@code ./a@b}.
   */
  static boolean isReference(String text) {
    boolean hasFolders = text.indexOf('/') >= 0 || text.indexOf('\\') >= 0;
    return !hasFolders && (text.indexOf('@') >= 0 || text.indexOf(':') >= 0);
  }

  /**
   * The reference that a text is.
   *
   * @throws RegistryException when it is none
   */
  static Reference parse(String text) {
    int at = text.indexOf('@');
    if (at >= 0) {
      String name = text.substring(0, at);
      String rest = text.substring(at + 1);
      return rest.startsWith(SHA256)
          ? new ToDigest(name, rest.substring(SHA256.length()).toLowerCase(Locale.ROOT))
          : new ToAlias(name, rest);
    }
    int colon = text.indexOf(':');
    if (colon >= 0) {
      return new ToVersion(text.substring(0, colon), text.substring(colon + 1));
    }
    throw RegistryException.unknown(
        "'"
            + text
            + "' names no version; write "
            + text
            + "@ALIAS, such as "
            + text
            + "@champion, or "
            + text
            + ":VERSION");
  }
}
