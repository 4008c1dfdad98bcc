package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.dl4j.HostileBundle.Kind;
import dev.nightjar.dl4j.HostileBundle.Maker;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Bundles that unfold without end, lie about their sizes, or hold what no bundle holds. */
final class HostileZips {
  private static final long GIBIBYTE = 1L << 30;
  private static final long BOMB = GIBIBYTE / 4;

  private final List<HostileBundle> cases = new ArrayList<>();

  private HostileZips() {}

  static List<HostileBundle> all() {
    HostileZips zips = new HostileZips();
    zips.addBombs();
    zips.addBombsOfTheModel();
    zips.addTexts();
    zips.addLyingSizes();
    zips.addNames();
    zips.addNamesInTheModel();
    zips.addFolders();
    zips.addDamagedZips();
    return zips.cases;
  }

  private void addBombs() {
    for (String name :
        List.of(BundleFiles.MANIFEST, BundleFiles.TRANSFORM, BundleFiles.SIGNATURE)) {
      bomb(name + " of 256 MiB", "holds the entry '" + name + "' of more than", bomb(name, BOMB));
    }
    for (String name : List.of(BundleFiles.MODEL, "source/model.h5", "model.onnx")) {
      bomb(name + " of zeros", "unfolds to more than 20 times its size", bomb(name, BOMB));
    }
    bomb(
        "golden rows of zeros",
        "unfolds to more than 100 times its size",
        bomb(BundleFiles.GOLDEN, BOMB));
    bomb(
        "a normalizer of zeros",
        "unfolds to more than 20 times its size",
        bomb(BundleFiles.NORMALIZER, BOMB));
    bomb("a folder with content", "of more than 0 bytes", bomb("source/", BOMB));
    bomb(
        "100 000 entries",
        "holds the folder 'f0', which no bundle has",
        folder -> {
          Path path = folder.resolve("bundle.zip");
          try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(path))) {
            for (int i = 0; i < 100_000; i++) {
              out.putNextEntry(new ZipEntry("f" + i + "/"));
            }
          }
          return path;
        });
  }

  private void addBombsOfTheModel() {
    modelBomb("configuration.json", "of more than 8388608 bytes");
    modelBomb("coefficients.bin", "unfolds to more than 20 times its size");
    modelBomb("normalizer.bin", "unfolds to more than 20 times its size");
    modelBomb("noParams.marker", "of more than 1048576 bytes");
    modelBomb("updaterState.bin", "holds the entry 'updaterState.bin' of more than");
    modelBomb("preprocessor.bin", "which is refused");
    bomb(
        "100 000 entries of a model",
        "which is refused",
        SoundBundle.zipped(
            () -> {
              Map<String, byte[]> entries = new LinkedHashMap<>();
              for (int i = 0; i < 100_000; i++) {
                entries.put("entry" + i, new byte[0]);
              }
              return SoundBundle.withModel(entries);
            }));
    bomb(
        "layers of 10^15 parameters without weights",
        "and no weights",
        SoundBundle.zipped(
            () -> {
              Map<String, byte[]> entries = SoundBundle.model();
              entries.remove("coefficients.bin");
              entries.put("noParams.marker", new byte[0]);
              entries.put(
                  "configuration.json",
                  SoundBundle.bytes(
                      SoundBundle.text(entries.get("configuration.json"))
                          .replace("\"nout\" : 8", "\"nout\" : 40000000")
                          .replace("\"nin\" : 8", "\"nin\" : 40000000")
                          .replace("\"nout\" : 1", "\"nout\" : 25000000")));
              return SoundBundle.withModel(entries);
            }));
  }

  private void addTexts() {
    String deep = "[".repeat(100_000) + "]".repeat(100_000);
    String wide = "{\"confs\":[" + "[],".repeat(1_000_000) + "[]]}";
    String longText = "{\"confs\":\"" + "x".repeat(4 << 20) + "\"}";
    StringBuilder names = new StringBuilder("{\"confs\":[");
    for (int i = 0; i < 100_000; i++) {
      names.append("[\"no.such.Class").append(i).append("\"],");
    }
    text("of 100 000 class names", names + "[]]}", "more than 2000 of its texts");
    text("nested 100 000 deep", deep, "is nested deeper than 100");
    text("of a million lists", wide, "more than 500000 values");
    text("of one text of 4 MiB", longText, "has a text of more than 1048576 characters");
    text("of a number of a million digits", "{\"a\":" + "9".repeat(1_000_000) + "}", "is refused");
    bomb(
        "golden rows nested 100 000 deep",
        "golden.json cannot be read",
        SoundBundle.zipped(() -> SoundBundle.with(BundleFiles.GOLDEN, SoundBundle.bytes(deep))));
    bomb(
        "golden rows of 2 million lists",
        "holds no golden rows",
        SoundBundle.zipped(
            () ->
                SoundBundle.with(
                    BundleFiles.GOLDEN,
                    SoundBundle.bytes("{\"rows\":[" + "[],".repeat(2_000_000) + "[]]}"))));
    bomb(
        "a golden row of 2 million lists",
        "golden.json cannot be read",
        SoundBundle.zipped(
            () -> golden("{\"rows\":[{\"model\":[" + "[],".repeat(2_000_000) + "[]]}]}")));
    bomb(
        "a golden row of 2 million numbers",
        "a row has more than 250000 values",
        SoundBundle.zipped(
            () -> golden("{\"rows\":[{\"model\":[" + "11,".repeat(2_000_000) + "1]}]}")));
    bomb("a manifest nested 100 000 deep", "nested more than 64 deep", manifest(deep));
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      laughs
          .append("a")
          .append(i)
          .append(": &a")
          .append(i)
          .append(" [")
          .append(("*a" + (i - 1) + ",").repeat(9))
          .append("x]\n");
    }
    bomb("a manifest of a billion laughs", "the alias *a0 is refused", manifest(laughs.toString()));
  }

  private void addLyingSizes() {
    weights(
        "of 2^60 values",
        array(new long[] {2, 1, 1, 1, 1, 0, 1, 99}, 1L << 60, 4),
        "declares 1152921504606846976 values");
    weights(
        "with a shape beyond their values",
        array(new long[] {2, 1, 1L << 40, 1, 1, 0, 1, 99}, 1, 4),
        "declares a shape of 1099511627776 values and holds 1");
    weights(
        "with strides beyond their values",
        array(new long[] {2, 1, 2, 1, 1L << 40, 0, 1, 99}, 2, 8),
        "declares a shape of 1099511627777 values and holds 2");
    weights(
        "with a shape that overflows",
        array(new long[] {2, 1L << 40, 1L << 40, 1, 1, 0, 1, 99}, 1, 4),
        "more values than can be counted");
    weights("of 1000 dimensions", array(new long[] {1_000, 1}, 1, 4), "a shape that is none");
    weights(
        "that are a zip", SoundBundle.file(BundleFiles.MODEL), "is no network as DL4J saves it");
    bomb(
        "a normalizer of 2^60 values",
        "cannot be read as a normalizer",
        SoundBundle.zipped(
            () -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              DataOutputStream out = new DataOutputStream(bytes);
              try {
                out.writeUTF("NORMALIZER");
                out.writeInt(1);
                out.writeUTF("STANDARDIZE");
                out.writeBoolean(false);
                out.write(array(new long[] {2, 1, 1, 1, 1, 0, 1, 99}, 1L << 60, 4));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return SoundBundle.with(BundleFiles.NORMALIZER, bytes.toByteArray());
            }));
  }

  private void addNames() {
    for (String name :
        List.of(
            "../bundle.yaml",
            "source/../../evil",
            "/etc/cron.d/evil",
            "source\\model.zip",
            "C:\\evil.bin",
            "Bundle.yaml",
            "source/MODEL.ZIP",
            "source/model.zip ",
            "./bundle.yaml",
            "source//model.zip",
            "META-INF/services/dev.nightjar.engine.Reference",
            "dev/nightjar/dl4j/Evil.class",
            "lib/evil.jar",
            "golden.json\u202e")) {
      entry(
          "the file " + name,
          "holds the file '" + name + "', which no bundle has",
          Map.of(name, new byte[1]));
    }
    entry(
        "the folder evil",
        "holds the folder 'evil', which no bundle has",
        Map.of("evil/", new byte[0]));
    entry(
        "a file that the manifest does not list",
        "of which bundle.yaml knows nothing",
        Map.of("model.onnx", new byte[1]));
    add(
        "no normalizer where the manifest lists one",
        Kind.ENTRIES,
        "lacks the file",
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          files.remove(BundleFiles.NORMALIZER);
          return files;
        });
    add(
        "another model than the manifest lists",
        Kind.ENTRIES,
        "is damaged: source/model.zip",
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          files.put(BundleFiles.MODEL, SoundBundle.zip(SoundBundle.model()));
          return files;
        });
  }

  private void addNamesInTheModel() {
    for (String name :
        List.of(
            "../configuration.json",
            "/configuration.json",
            "Configuration.json",
            "dir/",
            "META-INF/MANIFEST.MF",
            "dev/nightjar/Evil.class",
            "samediff/model.fb")) {
      add(
          "the model's entry " + name,
          Kind.ENTRIES,
          "holds the entry '" + name + "', which is refused",
          () -> SoundBundle.withModel(name, new byte[0]));
    }
    cases.add(
        of(
            "the model's weights twice",
            Kind.ENTRIES,
            "holds the entry 'coefficients.bin' twice",
            folder ->
                SoundBundle.write(
                    folder,
                    SoundBundle.with(
                        BundleFiles.MODEL, twice(SoundBundle.model(), "coefficients.bin")))));
    cases.add(
        of(
            "the manifest twice",
            Kind.ENTRIES,
            "holds the entry 'bundle.yaml' twice",
            folder ->
                Files.write(
                    folder.resolve("bundle.zip"),
                    twice(SoundBundle.files(), BundleFiles.MANIFEST))));
  }

  private void addFolders() {
    cases.add(
        of(
            "a folder with a link that leads outside",
            Kind.ENTRIES,
            "holds the symbolic link 'source/transform.json'",
            folder -> {
              Path bundle = SoundBundle.writeFolder(folder, SoundBundle.files());
              Path outside = folder.resolve("secret.json");
              Files.move(bundle.resolve(BundleFiles.TRANSFORM), outside);
              Files.createSymbolicLink(bundle.resolve(BundleFiles.TRANSFORM), outside);
              return bundle;
            }));
    cases.add(
        of(
            "a folder whose folder is a link",
            Kind.ENTRIES,
            "holds the symbolic link 'source'",
            folder -> {
              Path bundle = SoundBundle.writeFolder(folder, SoundBundle.files());
              Files.move(bundle.resolve("source"), folder.resolve("elsewhere"));
              Files.createSymbolicLink(bundle.resolve("source"), folder.resolve("elsewhere"));
              return bundle;
            }));
    cases.add(
        of(
            "a folder of 1000 folders",
            Kind.BOMB,
            "holds more than 64 files",
            folder -> {
              Path bundle = SoundBundle.writeFolder(folder, SoundBundle.files());
              for (int i = 0; i < 1_000; i++) {
                Files.createDirectory(bundle.resolve("f" + i));
              }
              return bundle;
            }));
    cases.add(
        of(
            "a folder with a sparse manifest of a TiB",
            Kind.BOMB,
            "holds the file 'golden.json' of more than",
            folder -> {
              Path bundle = SoundBundle.writeFolder(folder, SoundBundle.files());
              try (java.io.RandomAccessFile file =
                  new java.io.RandomAccessFile(bundle.resolve("golden.json").toFile(), "rw")) {
                file.setLength(1024 * GIBIBYTE);
              }
              return bundle;
            }));
    cases.add(
        of(
            "a folder with a file of others",
            Kind.ENTRIES,
            "holds the file 'source/evil.sh', which no bundle has",
            folder -> {
              Map<String, byte[]> files = SoundBundle.files();
              files.put("source/evil.sh", new byte[1]);
              return SoundBundle.writeFolder(folder, files);
            }));
  }

  private void addDamagedZips() {
    cases.add(
        of(
            "a zip that ends in mid-air",
            Kind.ENTRIES,
            "cannot be read",
            folder -> {
              byte[] zip = SoundBundle.zip(SoundBundle.files());
              return Files.write(folder.resolve("bundle.zip"), java.util.Arrays.copyOf(zip, 2_000));
            }));
    cases.add(
        of(
            "a zip that lies about the length of an entry",
            Kind.ENTRIES,
            "is no sound zip",
            folder -> {
              byte[] zip = SoundBundle.zip(SoundBundle.files());
              zip[descriptor(zip) + 12] ^= 1;
              return Files.write(folder.resolve("bundle.zip"), zip);
            }));
    cases.add(
        of(
            "a zip that lies about the sum of an entry",
            Kind.ENTRIES,
            "is no sound zip",
            folder -> {
              byte[] zip = SoundBundle.zip(SoundBundle.files());
              zip[descriptor(zip) + 4] ^= 1;
              return Files.write(folder.resolve("bundle.zip"), zip);
            }));
    cases.add(
        of(
            "a zip with an entry that its directory hides",
            Kind.ENTRIES,
            "holds the file 'evil.bin', which no bundle has",
            folder -> {
              byte[] hidden = SoundBundle.zip(Map.of("evil.bin", new byte[1]));
              byte[] sound = SoundBundle.zip(SoundBundle.files());
              try (OutputStream out = Files.newOutputStream(folder.resolve("bundle.zip"))) {
                out.write(hidden, 0, directory(hidden));
                out.write(sound);
              }
              return folder.resolve("bundle.zip");
            }));
    cases.add(
        of(
            "a program with a bundle behind it",
            Kind.ENTRIES,
            "neither a folder nor a zip",
            folder -> {
              try (OutputStream out = Files.newOutputStream(folder.resolve("bundle.zip"))) {
                out.write(SoundBundle.bytes("#!/bin/sh\necho evil\n"));
                out.write(SoundBundle.zip(SoundBundle.files()));
              }
              return folder.resolve("bundle.zip");
            }));
  }

  private static Map<String, byte[]> golden(String json) {
    return SoundBundle.with(BundleFiles.GOLDEN, SoundBundle.bytes(json));
  }

  private void text(String name, String json, String expected) {
    bomb(
        "a network " + name,
        expected,
        SoundBundle.zipped(
            () -> SoundBundle.withModel("configuration.json", SoundBundle.bytes(json))));
    bomb(
        "a transform " + name,
        expected,
        SoundBundle.zipped(() -> SoundBundle.with(BundleFiles.TRANSFORM, SoundBundle.bytes(json))));
  }

  private void weights(String name, byte[] coefficients, String expected) {
    bomb(
        "weights " + name,
        expected,
        SoundBundle.zipped(() -> SoundBundle.withModel("coefficients.bin", coefficients)));
  }

  private void modelBomb(String entry, String expected) {
    bomb(
        "the model's " + entry + " of 256 MiB",
        expected,
        folder -> {
          ByteArrayOutputStream zip = new ByteArrayOutputStream();
          SoundBundle.writeBomb(zip, SoundBundle.model(), entry, BOMB);
          return SoundBundle.write(folder, SoundBundle.with(BundleFiles.MODEL, zip.toByteArray()));
        });
  }

  private static Maker bomb(String name, long zeros) {
    return folder -> {
      Path path = folder.resolve("bundle.zip");
      try (OutputStream out = Files.newOutputStream(path)) {
        SoundBundle.writeBomb(out, SoundBundle.files(), name, zeros);
      }
      return path;
    };
  }

  private static Maker manifest(String yaml) {
    return SoundBundle.zipped(
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          files.put(BundleFiles.MANIFEST, SoundBundle.bytes(yaml));
          return files;
        });
  }

  private void bomb(String name, String expected, Maker maker) {
    cases.add(of(name, Kind.BOMB, expected, maker));
  }

  private void entry(String name, String expected, Map<String, byte[]> more) {
    add(
        name,
        Kind.ENTRIES,
        expected,
        () -> {
          Map<String, byte[]> files = SoundBundle.files();
          files.putAll(more);
          return files;
        });
  }

  private void add(
      String name,
      Kind kind,
      String expected,
      java.util.function.Supplier<Map<String, byte[]>> files) {
    cases.add(of(name, kind, expected, SoundBundle.zipped(files)));
  }

  private static HostileBundle of(String name, Kind kind, String expected, Maker maker) {
    return new HostileBundle(name, kind, expected, false, Optional.empty(), maker);
  }

  /** An array as ND4J saves it, with a shape and lengths that need not be true. */
  private static byte[] array(long[] shape, long length, int bytesOfValues) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF("MIXED_DATA_TYPES");
      out.writeLong(shape.length);
      out.writeUTF("LONG");
      for (long value : shape) {
        out.writeLong(value);
      }
      out.writeUTF("MIXED_DATA_TYPES");
      out.writeLong(length);
      out.writeUTF("FLOAT");
      out.write(new byte[bytesOfValues]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A zip that holds an entry twice, which no writer of zips does by itself. */
  private static byte[] twice(Map<String, byte[]> entries, String name) {
    Map<String, byte[]> first = new LinkedHashMap<>();
    first.put(name, entries.get(name));
    byte[] one = SoundBundle.zip(first);
    byte[] all = SoundBundle.zip(entries);
    byte[] both = new byte[directory(one) + all.length];
    System.arraycopy(one, 0, both, 0, directory(one));
    System.arraycopy(all, 0, both, directory(one), all.length);
    return both;
  }

  /** Where the directory at a zip's end begins. */
  private static int directory(byte[] zip) {
    return signature(zip, 1, 2);
  }

  /** Where the first entry's own sum and lengths stand, behind its bytes. */
  private static int descriptor(byte[] zip) {
    return signature(zip, 7, 8);
  }

  private static int signature(byte[] zip, int third, int fourth) {
    for (int at = 0; at < zip.length - 3; at++) {
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == third && zip[at + 3] == fourth) {
        return at;
      }
    }
    throw new IllegalStateException("no zip");
  }
}
