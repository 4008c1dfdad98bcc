package dev.nightjar.bundle;

import dev.nightjar.fault.Guard;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The keys of those whose bundles are taken. Who asks for a signature asks on every machine that
 * loads the bundle, over the bytes that are loaded there: {@code bundle.sig} is no part of a
 * bundle's digest. Immutable, thread-safe and serializable.
 */
public final class TrustedKeys implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final ArrayList<Named> keys;

  private TrustedKeys(List<Named> keys) {
    this.keys = new ArrayList<>(keys);
  }

  /** A key and what people call it. */
  private record Named(String name, VerifyingKey key) implements Serializable {}

  /**
   * The keys of these files.
   *
   * @param files at least one public key, as {@code nightjar keys new} or openssl writes it
   * @throws BundleException when one cannot be read
   */
  public static TrustedKeys read(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("to trust nobody is to take no bundle; name a key");
    }
    return new TrustedKeys(
        files.stream()
            .map(file -> new Named(String.valueOf(file.getFileName()), VerifyingKey.read(file)))
            .toList());
  }

  /**
   * Trust in one key.
   *
   * @param name what messages call it
   */
  public static TrustedKeys of(String name, VerifyingKey key) {
    return new TrustedKeys(List.of(new Named(name, key)));
  }

  /**
   * Trust in several keys.
   *
   * @param keys at least one, by what messages call it
   */
  public static TrustedKeys of(Map<String, VerifyingKey> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("to trust nobody is to take no bundle; name a key");
    }
    return new TrustedKeys(
        keys.entrySet().stream().map(e -> new Named(e.getKey(), e.getValue())).toList());
  }

  /**
   * Who has signed a bundle whose digests have been checked.
   *
   * @return the name of the key
   * @throws UntrustedBundleException when it is not signed, by nobody who is trusted, or was
   *     changed since
   */
  public String require(Bundle bundle) {
    if (Guard.SIGNATURE.isOff(bundle.label())) {
      return "nobody";
    }
    BundleSignature signature = BundleSignature.of(bundle);
    byte[] statement = BundleSignature.statement(bundle.manifest());
    boolean known = false;
    for (Named named : keys) {
      // Each key is tried: the id beside a signature is only a hint, written by whoever wrote both.
      if (named.key().hasSigned(statement, signature.bytes())) {
        return named.name();
      }
      known |= named.key().id().equals(signature.keyId());
    }
    throw new UntrustedBundleException(
        known
            ? String.format(
                "the signature of the bundle %s does not hold: its source, contract or golden rows"
                    + " are not those that were signed. Fetch it again from whoever made it",
                bundle.files().origin())
            : String.format(
                "the bundle %s is signed by the key %s, which is not among the trusted ones (%s);"
                    + " have it signed by one of them, or add its key to them",
                bundle.files().origin(), shortened(signature.keyId()), this));
  }

  private static String shortened(String id) {
    return id.length() > 16 ? id.substring(0, 16) + "…" : id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustedKeys trusted && trusted.keys.equals(keys);
  }

  @Override
  public int hashCode() {
    return keys.hashCode();
  }

  @Override
  public String toString() {
    return String.join(
        ", ", keys.stream().map(k -> k.name() + " " + shortened(k.key().id())).toList());
  }
}
