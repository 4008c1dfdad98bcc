package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import dev.nightjar.fault.Guard;
import dev.nightjar.feature.FeatureStatistics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleSignatureTest {
  /**
   * Made by {@code openssl genpkey -algorithm ed25519}, and its public half by {@code pkey
   * -pubout}.
   */
  private static final String OPENSSL_PRIVATE =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJSgq0L4Szf/MZA216THWKByPFYGD+RoCd1kE5ZW8Do3
      -----END PRIVATE KEY-----
      """;

  private static final String OPENSSL_PUBLIC =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAuNMFRpu1GQZkMgPmijfNyvv5C9xf9kbNM0EJMj/se6k=
      -----END PUBLIC KEY-----
      """;

  private final SigningKey key = SigningKey.generate();
  private final TrustedKeys trusted = TrustedKeys.of("team.pub", key.publicHalf());

  @TempDir Path folder;

  @Test
  void a_folder_and_a_zip_are_signed_where_they_lie_and_keep_their_identity() throws IOException {
    for (String name : List.of("bundle", "bundle.zip")) {
      Path path = folder.resolve(name);
      BundleWriter.write(files("model"), path);
      String digest = Bundle.open(path).digest();
      assertThatThrownBy(() -> trusted.require(Bundle.open(path)))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining(path + " is not signed: it has no bundle.sig")
          .hasMessageContaining("nightjar sign");

      BundleWriter.sign(path, SigningKey.generate());
      BundleWriter.sign(path, key); // takes the place of the other
      assertThat(trusted.require(Bundle.open(path))).isEqualTo("team.pub");
      assertThat(Bundle.open(path).digest()).isEqualTo(digest);
    }
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(2); // no draft is left behind
    }
  }

  @Test
  void keys_of_openssl_are_taken() throws IOException {
    Path secret = Files.writeString(folder.resolve("key"), OPENSSL_PRIVATE);
    Path open = Files.writeString(folder.resolve("key.pub"), OPENSSL_PUBLIC);
    SigningKey read = SigningKey.read(secret);
    assertThat(read.publicHalf()).isEqualTo(VerifyingKey.read(open));
    Bundle signed = signed(files("model"), read);
    assertThat(TrustedKeys.read(List.of(open)).require(signed)).isEqualTo("key.pub");
  }

  @Test
  void a_key_is_written_for_its_owner_alone_and_read_back() throws IOException {
    Path secret = folder.resolve("team");
    key.write(secret);
    key.publicHalf().write(folder.resolve("team.pub"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(SigningKey.read(secret).publicHalf()).isEqualTo(key.publicHalf());
    assertThat(VerifyingKey.read(folder.resolve("team.pub"))).isEqualTo(key.publicHalf());
    assertThat(key).hasToString("the private half of " + key.publicHalf().id());
    assertThatThrownBy(() -> key.write(secret))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is there already; a key is never overwritten");
  }

  @Test
  void what_is_no_key_is_refused_in_words() throws IOException {
    Path secret = folder.resolve("team");
    key.write(secret);
    assertThatThrownBy(() -> VerifyingKey.read(secret))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds a 'PRIVATE KEY' where a 'PUBLIC KEY' is needed")
        .hasMessageContaining("keep this one to yourself");
    assertThatThrownBy(() -> VerifyingKey.read(folder.resolve("absent.pub")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("absent.pub cannot be read: there is no such file");
    Path text = Files.writeString(folder.resolve("text"), "hello");
    assertThatThrownBy(() -> SigningKey.read(text))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds no '-----BEGIN PRIVATE KEY-----'")
        .hasMessageContaining("openssl genpkey -algorithm ed25519");
    Path other =
        Files.writeString(
            folder.resolve("other"),
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    assertThatThrownBy(() -> VerifyingKey.read(other))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds no public Ed25519 key");
  }

  @Test
  void a_bundle_that_was_compiled_anew_keeps_its_signature() {
    Bundle signed = signed(files("model"), key);
    Map<String, byte[]> recompiled = new TreeMap<>();
    signed.files().names().forEach(name -> recompiled.put(name, signed.files().get(name)));
    recompiled.put("pipeline.json", bytes("{}"));
    Bundle bundle = Bundle.check(sealed(recompiled, "onnx", Map.of("recompiled-from", "ab")));
    assertThat(bundle.digest()).isNotEqualTo(signed.digest());
    assertThat(trusted.require(bundle)).isEqualTo("team.pub");
    assertThat(BundleSignature.uncovered(bundle.manifest())).containsExactly("pipeline.json");
  }

  @Test
  void another_model_does_not() {
    byte[] signature = BundleSignature.sign(Bundle.check(files("model")), key).toBytes();
    Bundle other =
        Bundle.check(BundleSignature.parse("x", signature).addTo(files("another model")));
    assertThatThrownBy(() -> trusted.require(other))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the signature of the bundle flights does not hold");
    System.setProperty(Guard.SIGNATURE.property(), "true");
    try {
      assertThat(trusted.require(other)).isEqualTo("nobody");
    } finally {
      System.clearProperty(Guard.SIGNATURE.property());
    }
  }

  @Test
  void another_output_of_a_foreign_model_does_not() {
    BundleManifest manifest = Bundle.check(files("model")).manifest();
    List<String> statements = new ArrayList<>();
    for (Optional<ForeignModel> foreign :
        List.of(
            Optional.<ForeignModel>empty(),
            Optional.of(new ForeignModel(Optional.empty())),
            Optional.of(new ForeignModel(Optional.of("logits"))),
            Optional.of(new ForeignModel(Optional.of("probabilities"))))) {
      statements.add(
          new String(BundleSignature.statement(with(manifest, foreign)), StandardCharsets.UTF_8));
    }
    assertThat(statements).doesNotHaveDuplicates();
  }

  private static BundleManifest with(BundleManifest manifest, Optional<ForeignModel> foreign) {
    return new BundleManifest(
        manifest.name(),
        manifest.version(),
        manifest.created(),
        manifest.engine(),
        manifest.compiler(),
        manifest.tolerance(),
        manifest.contract(),
        manifest.transformed(),
        manifest.views(),
        manifest.statistics(),
        manifest.provenance(),
        foreign,
        manifest.digests());
  }

  @Test
  void any_one_of_several_keys_will_do() throws IOException {
    SigningKey.generate().publicHalf().write(folder.resolve("old.pub"));
    key.publicHalf().write(folder.resolve("new.pub"));
    TrustedKeys both =
        TrustedKeys.read(List.of(folder.resolve("old.pub"), folder.resolve("new.pub")));
    assertThat(both.require(signed(files("model"), key))).isEqualTo("new.pub");
    assertThatThrownBy(() -> both.require(signed(files("model"), SigningKey.generate())))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("which is not among the trusted ones (old.pub ")
        .hasMessageContaining("new.pub " + key.publicHalf().id().substring(0, 16));
  }

  @Test
  void trust_travels_to_executors() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(trusted);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      TrustedKeys read = (TrustedKeys) in.readObject();
      assertThat(read.require(signed(files("model"), key))).isEqualTo("team.pub");
    }
  }

  /**
   * What is signed must not change with the code: signatures of years ago must still hold. When
   * this fails, signatures need a new format, and the old one must go on being read.
   */
  @Test
  void the_signed_statement_is_what_it_was() {
    assertThat(
            new String(
                BundleSignature.statement(Bundle.check(files("model")).manifest()),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "nightjar bundle signature 1\nflight-delay\n1.0\n"
                + "d088e59ccb76debd09316fe1468dd36ee18a4548c21cabd174f8bd047b1cb23e");
  }

  private static Bundle signed(BundleFiles files, SigningKey key) {
    Bundle bundle = Bundle.check(files);
    return Bundle.check(BundleSignature.sign(bundle, key).addTo(files));
  }

  private static BundleFiles files(String model) {
    return sealed(
        new TreeMap<>(Map.of(BundleFiles.MODEL, bytes(model), BundleFiles.GOLDEN, bytes("golden"))),
        "dl4j",
        Map.of());
  }

  private static BundleFiles sealed(
      Map<String, byte[]> files, String engine, Map<String, String> provenance) {
    Map<String, byte[]> listed = new TreeMap<>(files);
    listed.remove(BundleFiles.MANIFEST);
    byte[] signature = listed.remove(BundleFiles.SIGNATURE);
    Contract contract =
        new Contract(
            List.of(InputField.required("distance", DataType.DOUBLE)),
            List.of(OutputField.probability("delayed", 0, 0.5)));
    BundleManifest manifest =
        new BundleManifest(
            "flight-delay",
            "1.0",
            Instant.EPOCH,
            engine,
            1,
            Tolerance.DEFAULT,
            contract,
            List.of("distance"),
            List.of(),
            FeatureStatistics.NONE,
            provenance,
            Bundle.digests(listed));
    listed.put(BundleFiles.MANIFEST, manifest.toBytes());
    if (signature != null) {
      listed.put(BundleFiles.SIGNATURE, signature);
    }
    return BundleFiles.of("flights", listed);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
