package dev.nightjar.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * A private Ed25519 key, with which whoever vouches for a bundle signs it. Its file is what {@code
 * openssl genpkey -algorithm ed25519} writes (PKCS#8, PEM). Immutable and thread-safe; its text
 * shows nothing of the key.
 */
public final class SigningKey {
  private final PrivateKey key;
  private final VerifyingKey publicHalf;

  private SigningKey(PrivateKey key, VerifyingKey publicHalf) {
    this.key = key;
    this.publicHalf = publicHalf;
  }

  /** A new key. */
  public static SigningKey generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(VerifyingKey.ALGORITHM).generateKeyPair();
      return new SigningKey(pair.getPrivate(), new VerifyingKey(pair.getPublic()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK from 15 has Ed25519", e);
    }
  }

  /**
   * The key of a file.
   *
   * @throws BundleException when it cannot be read or holds no such key
   */
  public static SigningKey read(Path file) {
    byte[] encoded = Pem.read(file, Pem.PRIVATE);
    try {
      PrivateKey key =
          KeyFactory.getInstance(VerifyingKey.ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      return new SigningKey(key, new VerifyingKey(publicHalf((EdECPrivateKey) key)));
    } catch (GeneralSecurityException e) {
      throw new BundleException(
          file
              + " holds no Ed25519 key ("
              + e.getMessage()
              + "); make one with 'nightjar keys new'",
          e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /**
   * A private key's file does not hold its public half and the JDK has no way to ask for it, but
   * its generator makes both from 32 random bytes, which are the private key.
   */
  private static java.security.PublicKey publicHalf(EdECPrivateKey key)
      throws GeneralSecurityException {
    byte[] secret =
        key.getBytes().orElseThrow(() -> new GeneralSecurityException("the key has no bytes"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance(VerifyingKey.ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new Known(secret));
    return generator.generateKeyPair().getPublic();
  }

  /** The half that everybody may see. */
  public VerifyingKey publicHalf() {
    return publicHalf;
  }

  /** Signs bytes. */
  byte[] sign(byte[] bytes) {
    try {
      Signature signature = Signature.getInstance(VerifyingKey.ALGORITHM);
      signature.initSign(key);
      signature.update(bytes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs any bytes", e);
    }
  }

  /**
   * Writes the key to a new file that only its owner can read.
   *
   * @throws BundleException when something is there already or it cannot be written
   */
  public void write(Path file) {
    byte[] encoded = key.getEncoded();
    try {
      boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
      if (posix) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      try (OutputStream out =
          Files.newOutputStream(
              file, posix ? StandardOpenOption.WRITE : StandardOpenOption.CREATE_NEW)) {
        out.write(Pem.text(Pem.PRIVATE, encoded).getBytes(StandardCharsets.US_ASCII));
      }
    } catch (FileAlreadyExistsException e) {
      throw new BundleException(file + " is there already; a key is never overwritten", e);
    } catch (IOException e) {
      throw new BundleException("the key " + file + " cannot be written: " + e, e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "the private half of " + publicHalf.id();
  }

  /** Hands out bytes that are known. */
  private static final class Known extends SecureRandom {
    @Serial private static final long serialVersionUID = 1L;

    private final byte[] bytes;

    Known(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }
}
