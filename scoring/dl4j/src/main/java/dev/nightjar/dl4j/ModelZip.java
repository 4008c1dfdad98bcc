package dev.nightjar.dl4j;

import dev.nightjar.bundle.BoundedZip;
import dev.nightjar.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a network as DL4J saves it. DL4J's own reader deserializes a Java object out of the
 * entry {@code preprocessor.bin}; here only known entries are taken and none is deserialized.
 *
 * @param configuration the layers as JSON, which names no classes but DL4J's own
 * @param coefficients the parameters as ND4J saves an array; empty for a network without any
 * @param normalizer as its serializer writes it, when the zip holds one
 */
@SuppressWarnings("ArrayRecordComponent") // parts of a file; never compared
record ModelZip(String configuration, Optional<byte[]> coefficients, Optional<byte[]> normalizer) {
  private static final String CONFIGURATION = "configuration.json";
  private static final String COEFFICIENTS = "coefficients.bin";
  private static final String NORMALIZER = "normalizer.bin";
  private static final String NO_PARAMETERS = "noParams.marker";

  /** What training would continue from; scoring has no use for it. */
  private static final String UPDATER = "updaterState.bin";

  private static final int MEBIBYTE = 1 << 20;

  /** The entries that are read and how many bytes each may inflate to. */
  private static final Map<String, Integer> MOST_BYTES =
      Map.of(
          CONFIGURATION, 8 * MEBIBYTE,
          COEFFICIENTS, 1024 * MEBIBYTE,
          NORMALIZER, 64 * MEBIBYTE,
          NO_PARAMETERS, MEBIBYTE);

  /** No updater keeps more numbers for each parameter, and passing over them takes time. */
  private static final int MOST_UPDATER_STATES = 4;

  /**
   * Takes a zip apart.
   *
   * @param origin what messages call the file
   * @throws BundleException when it is no saved network, or holds what none needs
   */
  static ModelZip read(String origin, byte[] zip) {
    try {
      return of(origin, entries(origin, zip));
    } catch (IOException e) {
      throw new BundleException(
          origin + " is no network as DL4J saves it: " + e.getMessage() + "; save it again", e);
    }
  }

  private static ModelZip of(String origin, Map<String, byte[]> entries) throws IOException {
    byte[] configuration = entries.get(CONFIGURATION);
    if (configuration == null) {
      throw new BundleException(
          origin
              + " lacks the entry "
              + CONFIGURATION
              + ", so it is no network as DL4J saves it; use ModelSerializer.writeModel");
    }
    byte @Nullable [] coefficients = entries.get(COEFFICIENTS);
    boolean marked = entries.containsKey(NO_PARAMETERS);
    if (coefficients == null && !marked) {
      throw new BundleException(
          origin + " lacks the entry " + COEFFICIENTS + ", so it has no weights; save it again");
    }
    if (coefficients != null && coefficients.length > 0) {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(coefficients));
      SavedArrays.skip(in);
      SavedArrays.requireEnd(in);
    }
    return new ModelZip(
        CheckedJson.of(origin + "/" + CONFIGURATION, configuration, ClassList.NETWORK),
        Optional.ofNullable(coefficients).filter(bytes -> bytes.length > 0),
        Optional.ofNullable(entries.get(NORMALIZER)));
  }

  private static Map<String, byte[]> entries(String origin, byte[] bytes) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (BoundedZip zip = new BoundedZip(origin, new ByteArrayInputStream(bytes))) {
      for (Optional<String> entry = zip.next(); entry.isPresent(); entry = zip.next()) {
        String name = entry.get();
        if (name.equals(UPDATER)) {
          byte @Nullable [] coefficients = entries.get(COEFFICIENTS);
          long parameters = coefficients == null ? 0 : coefficients.length;
          zip.skip(16 * MEBIBYTE + MOST_UPDATER_STATES * parameters);
          continue;
        }
        Integer most = MOST_BYTES.get(name);
        if (most == null) {
          throw new BundleException(
              String.format(
                  "%s holds the entry '%s', which is refused: only %s are read, because others can"
                      + " run code when they are. Save the network without it",
                  origin, name, String.join(", ", new TreeMap<>(MOST_BYTES).keySet())));
        }
        int ratio = name.equals(CONFIGURATION) ? BoundedZip.TEXT : BoundedZip.BINARY;
        entries.put(name, zip.read(most, ratio));
      }
    }
    return entries;
  }

  /** The same entries with fixed times: the same network gives the same bytes. */
  static byte[] withoutTimes(byte[] zip) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setLastModifiedTime(FileTime.fromMillis(0));
        out.putNextEntry(copy);
        in.transferTo(out);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
