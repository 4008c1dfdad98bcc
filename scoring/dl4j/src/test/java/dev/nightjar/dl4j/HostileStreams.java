package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.dl4j.HostileBundle.Kind;
import dev.nightjar.dl4j.canary.StreamCanaries;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Serialized Java objects in every place where a library has been seen to deserialize one. */
final class HostileStreams {
  private final List<HostileBundle> cases = new ArrayList<>();

  private HostileStreams() {}

  static List<HostileBundle> all() {
    HostileStreams streams = new HostileStreams();
    byte[] gadget = serialized(new StreamCanaries.Gadget());
    streams.addModels(gadget);
    streams.addNormalizers(gadget);
    streams.addOtherFiles(gadget);
    return streams.cases;
  }

  private void addModels(byte[] gadget) {
    for (String entry :
        List.of(
            "preprocessor.bin", "objects/dev.nightjar.Gadget", "normalizer.ser", "layers.ser")) {
      add(
          "an object in the model's " + entry,
          "holds the entry '" + entry + "', which is refused",
          () -> SoundBundle.withModel(entry, gadget));
    }
    add(
        "an object before everything else in the model",
        "holds the entry 'preprocessor.bin', which is refused",
        () -> {
          Map<String, byte[]> entries = new LinkedHashMap<>();
          entries.put("preprocessor.bin", gadget);
          entries.putAll(SoundBundle.model());
          return SoundBundle.withModel(entries);
        });
    add(
        "an object for a model",
        "source/model.zip lacks the entry configuration.json",
        () -> SoundBundle.with(BundleFiles.MODEL, gadget));
    add(
        "an object for a configuration",
        "configuration.json is no JSON",
        () -> SoundBundle.withModel("configuration.json", gadget));
    add(
        "an object for weights",
        "source/model.zip is no network as DL4J saves it",
        () -> SoundBundle.withModel("coefficients.bin", gadget));
  }

  private void addNormalizers(byte[] gadget) {
    add(
        "an object for a normalizer",
        "source/normalizer.bin cannot be read as a normalizer",
        () -> SoundBundle.with(BundleFiles.NORMALIZER, gadget));
    byte[] custom = custom(StreamCanaries.Normalizer.class.getName());
    add(
        "a normalizer of a class of one's own",
        "source/normalizer.bin is a normalizer of the type CUSTOM",
        () -> SoundBundle.with(BundleFiles.NORMALIZER, custom));
    add(
        "a normalizer of a class of one's own inside the model",
        "has a normalizer inside source/model.zip and no source/normalizer.bin",
        () -> {
          Map<String, byte[]> files = SoundBundle.withModel("normalizer.bin", custom);
          files.remove(BundleFiles.NORMALIZER);
          return SoundBundle.sealed(files);
        });
    add(
        "a normalizer of a JDK class",
        "source/normalizer.bin is a normalizer of the type CUSTOM",
        () -> SoundBundle.with(BundleFiles.NORMALIZER, custom("java.lang.ProcessBuilder")));
    add(
        "an object behind a normalizer",
        "bytes follow its last value",
        () ->
            SoundBundle.with(
                BundleFiles.NORMALIZER, joined(SoundBundle.file(BundleFiles.NORMALIZER), gadget)));
    add(
        "an object behind the weights",
        "bytes follow its last value",
        () ->
            SoundBundle.withModel(
                "coefficients.bin", joined(SoundBundle.model().get("coefficients.bin"), gadget)));
  }

  private void addOtherFiles(byte[] gadget) {
    add(
        "an object for a transform",
        "source/transform.json is no JSON",
        () -> SoundBundle.with(BundleFiles.TRANSFORM, gadget));
    add(
        "an object for golden rows",
        "golden.json cannot be read",
        () -> SoundBundle.with(BundleFiles.GOLDEN, gadget));
    add(
        "an object for a manifest",
        "bundle.yaml",
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          files.put(BundleFiles.MANIFEST, gadget);
          return files;
        });
    for (String tag : List.of("!!javax.script.ScriptEngineManager", "!!java.net.URL")) {
      add(
          "a manifest with the tag " + tag,
          "the tag " + tag + " is refused",
          () -> {
            Map<String, byte[]> files = SoundBundle.files();
            files.put(
                BundleFiles.MANIFEST,
                joined(
                    SoundBundle.bytes("evil: " + tag + " [x]\n"),
                    SoundBundle.file(BundleFiles.MANIFEST)));
            return files;
          });
    }
  }

  private void add(String name, String expected, Supplier<Map<String, byte[]>> files) {
    cases.add(
        new HostileBundle(
            name, Kind.STREAM, expected, false, Optional.empty(), SoundBundle.zipped(files)));
  }

  static byte[] serialized(Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] custom(String type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF("NORMALIZER");
      out.writeInt(1);
      out.writeUTF("CUSTOM");
      out.writeUTF(type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(second);
    return bytes.toByteArray();
  }
}
