package dev.nightjar.bundle;

import dev.nightjar.data.Sha256;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * A public Ed25519 key, by which a signature is checked. Its file is what {@code openssl pkey
 * -pubout} writes (X.509, PEM). Immutable, thread-safe and serializable.
 */
public final class VerifyingKey implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  static final String ALGORITHM = "Ed25519";

  private final byte[] encoded;

  VerifyingKey(PublicKey key) {
    this.encoded = key.getEncoded();
  }

  /**
   * The key of a file.
   *
   * @throws BundleException when it cannot be read or holds no such key
   */
  public static VerifyingKey read(Path file) {
    byte[] encoded = Pem.read(file, Pem.PUBLIC);
    try {
      return new VerifyingKey(key(encoded));
    } catch (GeneralSecurityException e) {
      throw new BundleException(
          file
              + " holds no public Ed25519 key ("
              + e.getMessage()
              + "); 'nightjar keys new' makes"
              + " one",
          e);
    }
  }

  /**
   * The key that {@link #encoded} has written.
   *
   * @param origin what messages call the place where it was kept
   * @throws BundleException when it is no such key
   */
  public static VerifyingKey of(String origin, String encoded) {
    try {
      return new VerifyingKey(key(Base64.getDecoder().decode(encoded)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new BundleException(origin + " holds no public Ed25519 key: " + e.getMessage(), e);
    }
  }

  /** The key as one word, X.509 in Base64, to be kept in files of ours. */
  public String encoded() {
    return Base64.getEncoder().encodeToString(encoded);
  }

  private static PublicKey key(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
  }

  /** What the key is called: the SHA-256 of its encoding. */
  public String id() {
    return Sha256.of(encoded);
  }

  /** Whether the other half of this key has signed these bytes. */
  boolean hasSigned(byte[] bytes, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key(encoded));
      signature.update(bytes);
      return signature.verify(signed);
    } catch (SignatureException e) {
      return false; // so malformed that it was not even compared
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key " + id() + " was read, and is none", e);
    }
  }

  /**
   * Writes the key to a new file.
   *
   * @throws BundleException when something is there already or it cannot be written
   */
  public void write(Path file) {
    try {
      Files.writeString(
          file,
          Pem.text(Pem.PUBLIC, encoded),
          StandardCharsets.US_ASCII,
          StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new BundleException(file + " is there already; a key is never overwritten", e);
    } catch (IOException e) {
      throw new BundleException("the key " + file + " cannot be written: " + e, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyingKey key && key.id().equals(id());
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return id();
  }
}
