package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.dl4j.HostileBundle.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Bundles that pass for those of somebody who is trusted. */
final class HostileSignatures {
  private static final SigningKey TEAM = SigningKey.generate();
  private static final SigningKey STRANGER = SigningKey.generate();
  private static final TrustedKeys TRUSTED = TrustedKeys.of("team.pub", TEAM.publicHalf());

  private final List<HostileBundle> cases = new ArrayList<>();

  private HostileSignatures() {}

  static List<HostileBundle> all() {
    HostileSignatures signatures = new HostileSignatures();
    signatures.addSignatures();
    signatures.addChanges();
    return signatures.cases;
  }

  private void addSignatures() {
    add("a bundle that is not signed", "is not signed: it has no bundle.sig", SoundBundle::files);
    add(
        "a bundle signed by a stranger",
        "which is not among the trusted ones (team.pub",
        () -> signed(STRANGER, text -> text));
    add(
        "a bundle signed by a stranger in the team's name",
        "does not hold",
        () ->
            signed(
                STRANGER,
                text -> text.replace(STRANGER.publicHalf().id(), TEAM.publicHalf().id())));
    add("garbage for a signature", "is no signature", () -> signed(TEAM, text -> "garbage"));
    add("an empty signature", "is no signature", () -> signed(TEAM, text -> ""));
    add(
        "half a signature",
        "does not hold",
        () -> signed(TEAM, text -> text.replaceAll("signature: (.{40}).*", "signature: $1")));
    add(
        "a signature without a signature",
        "is no signature",
        () -> signed(TEAM, text -> text.replaceAll("signature: .+\n", "signature: \n")));
    add(
        "a signature by no algorithm",
        "format 1 and the algorithm none; this Nightjar takes",
        () -> signed(TEAM, text -> text.replace("Ed25519", "none")));
    add(
        "a signature of an older format",
        "format 0 and the algorithm Ed25519; this Nightjar takes",
        () -> signed(TEAM, text -> text.replace("signature: 1", "signature: 0")));
    add(
        "a signature with two keys",
        "is no signature",
        () -> signed(TEAM, text -> text + "key: " + TEAM.publicHalf().id() + "\n"));
  }

  private void addChanges() {
    byte[] signature = BundleSignature.sign(SoundBundle.bundle(), TEAM).toBytes();
    add(
        "another model under a signature",
        "does not hold: its source, contract or golden rows",
        () -> under(signature, SoundBundle.withModel(new TreeMap<>(SoundBundle.model()))));
    add(
        "other golden rows under a signature",
        "does not hold",
        () ->
            under(
                signature,
                SoundBundle.with(
                    BundleFiles.GOLDEN,
                    SoundBundle.bytes(
                        SoundBundle.text(SoundBundle.file(BundleFiles.GOLDEN)) + " "))));
    manifest("another threshold", signature, "threshold: 0.5", "threshold: 0.9");
    manifest("a newer version", signature, "version: 2013-10", "version: 2013-11");
    manifest("another name", signature, "name: flight-delay", "name: fraud");
    manifest("a tolerance of anything", signature, "absolute: ", "absolute: 1e9 #");
    manifest("another time", signature, "2013-10-31", "2023-10-31");
  }

  private void manifest(String name, byte[] signature, String from, String to) {
    add(
        name + " under a signature",
        "does not hold",
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          String yaml = SoundBundle.text(files.get(BundleFiles.MANIFEST));
          if (!yaml.contains(from)) {
            throw new IllegalStateException("bundle.yaml has no '" + from + "'");
          }
          byte[] changed = SoundBundle.bytes(yaml.replaceFirst(from, to));
          BundleManifest.parse(name, changed);
          files.put(BundleFiles.MANIFEST, changed);
          return under(signature, files);
        });
  }

  private static Map<String, byte[]> signed(SigningKey key, UnaryOperator<String> change) {
    Bundle bundle = SoundBundle.bundle();
    byte[] signature = BundleSignature.sign(bundle, key).toBytes();
    return under(SoundBundle.bytes(change.apply(SoundBundle.text(signature))), SoundBundle.files());
  }

  private static Map<String, byte[]> under(byte[] signature, Map<String, byte[]> files) {
    files.put(BundleFiles.SIGNATURE, signature);
    return files;
  }

  private void add(String name, String expected, Supplier<Map<String, byte[]>> files) {
    cases.add(
        new HostileBundle(
            name,
            Kind.SIGNATURE,
            expected,
            false,
            Optional.of(TRUSTED),
            SoundBundle.zipped(files)));
  }
}
