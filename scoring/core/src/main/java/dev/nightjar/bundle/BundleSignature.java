package dev.nightjar.bundle;

import dev.nightjar.data.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What {@code bundle.sig} holds: that the owner of a key vouches for a bundle. Immutable.
 *
 * <pre>
 * nightjar-signature: 1
 * algorithm: Ed25519
 * key: SHA-256 of the public key
 * signature: Base64
 * </pre>
 *
 * <p>Signed is not {@code bundle.yaml} as it lies there but a {@linkplain #statement statement} of
 * what training made: name, version, time, contract, feature views and their statistics, tolerance,
 * the SHA-256 of each file of {@code source/} and of the golden rows. So a bundle that is compiled
 * anew keeps its signature. What the compiler made ({@code pipeline.json}, {@code model.onnx}), the
 * engine and the provenance are not covered; at each load they are held against the golden rows,
 * which are, and a registry that demands a signature compiles them anew.
 *
 * @param keyId the SHA-256 of the public key, to say whose it is
 * @param bytes the Ed25519 signature of the statement
 */
@SuppressWarnings("ArrayRecordComponent") // part of a file; never compared
public record BundleSignature(String keyId, byte[] bytes) {
  private static final String FORMAT = "1";
  private static final String FORMAT_KEY = "nightjar-signature";
  private static final List<String> KEYS = List.of(FORMAT_KEY, "algorithm", "key", "signature");

  private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");

  /** Signs a bundle whose digests have been checked. */
  public static BundleSignature sign(Bundle bundle, SigningKey key) {
    byte[] statement = statement(bundle.manifest());
    byte[] signed = key.sign(statement);
    if (!key.publicHalf().hasSigned(statement, signed)) {
      throw new IllegalStateException("a fresh signature does not hold");
    }
    return new BundleSignature(key.publicHalf().id(), signed);
  }

  /** The same bundle with this signature beside its files. */
  public BundleFiles addTo(BundleFiles files) {
    Map<String, byte[]> all = new TreeMap<>();
    files.names().forEach(name -> all.put(name, files.get(name)));
    all.put(BundleFiles.SIGNATURE, toBytes());
    return BundleFiles.of(files.origin(), all);
  }

  /**
   * The signature that a bundle carries.
   *
   * @throws UntrustedBundleException when it has none, or one that is no signature
   */
  public static BundleSignature of(Bundle bundle) {
    BundleFiles files = bundle.files();
    byte[] bytes =
        files
            .find(BundleFiles.SIGNATURE)
            .orElseThrow(
                () ->
                    new UntrustedBundleException(
                        "the bundle "
                            + files.origin()
                            + " is not signed: it has no "
                            + BundleFiles.SIGNATURE
                            + "; whoever made it signs it with 'nightjar sign'"));
    return parse(files.origin() + "/" + BundleFiles.SIGNATURE, bytes);
  }

  /**
   * The signature that the bytes of a {@code bundle.sig} hold.
   *
   * @param origin what messages call the file
   * @throws UntrustedBundleException when they hold none, or one of a kind that is not taken
   */
  public static BundleSignature parse(String origin, byte[] file) {
    Map<String, String> values = new HashMap<>();
    for (String line : new String(file, StandardCharsets.UTF_8).strip().split("\n", -1)) {
      int colon = line.indexOf(": ");
      String key = colon < 0 ? "" : line.substring(0, colon);
      if (!KEYS.contains(key) || values.put(key, line.substring(colon + 2).strip()) != null) {
        throw garbage(origin);
      }
    }
    if (values.size() != KEYS.size() || !KEY_ID.matcher(values.get("key")).matches()) {
      throw garbage(origin);
    }
    if (!FORMAT.equals(values.get(FORMAT_KEY))
        || !VerifyingKey.ALGORITHM.equals(values.get("algorithm"))) {
      throw new UntrustedBundleException(
          String.format(
              "%s is a signature of the format %s and the algorithm %s; this Nightjar takes format"
                  + " %s with %s and nothing weaker. Sign the bundle again",
              origin,
              values.get(FORMAT_KEY),
              values.get("algorithm"),
              FORMAT,
              VerifyingKey.ALGORITHM));
    }
    try {
      return new BundleSignature(
          String.valueOf(values.get("key")),
          Base64.getDecoder().decode(String.valueOf(values.get("signature"))));
    } catch (IllegalArgumentException e) {
      throw garbage(origin);
    }
  }

  private static UntrustedBundleException garbage(String origin) {
    return new UntrustedBundleException(
        origin + " is no signature as 'nightjar sign' writes it; sign the bundle again");
  }

  /** The bytes of {@code bundle.sig}. */
  public byte[] toBytes() {
    return String.format(
            "%s: %s%nalgorithm: %s%nkey: %s%nsignature: %s%n",
            FORMAT_KEY,
            FORMAT,
            VerifyingKey.ALGORITHM,
            keyId,
            Base64.getEncoder().encodeToString(bytes))
        .replace(System.lineSeparator(), "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The files of a bundle that no signature covers: what the compiler made of the others. */
  public static List<String> uncovered(BundleManifest manifest) {
    return manifest.digests().keySet().stream().filter(name -> !isCovered(name)).sorted().toList();
  }

  private static boolean isCovered(String file) {
    return file.startsWith("source/") || file.equals(BundleFiles.GOLDEN);
  }

  /**
   * The bytes that are signed: {@code bundle.yaml} as it would be written without what is not
   * covered, behind a first line that no other file begins with. Made of the manifest that was
   * read, so a comment or another order of keys in {@code bundle.yaml} does not matter and no two
   * readings of it can differ. Whoever changes what {@link BundleManifest#toBytes} writes changes
   * this too, and begins a new format of signatures.
   */
  static byte[] statement(BundleManifest manifest) {
    Map<String, String> covered = new LinkedHashMap<>();
    new TreeMap<>(manifest.digests())
        .forEach(
            (name, digest) -> {
              if (isCovered(name)) {
                covered.put(name, digest);
              }
            });
    byte[] source =
        new BundleManifest(
                manifest.name(),
                manifest.version(),
                manifest.created(),
                "",
                0,
                manifest.tolerance(),
                manifest.contract(),
                manifest.transformed(),
                manifest.views(),
                manifest.statistics(),
                Map.of(),
                manifest.foreign(),
                covered)
            .toBytes();
    List<String> lines = new ArrayList<>();
    lines.add("nightjar bundle signature " + FORMAT);
    lines.add(manifest.name());
    lines.add(manifest.version());
    lines.add(Sha256.of(source));
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }
}
