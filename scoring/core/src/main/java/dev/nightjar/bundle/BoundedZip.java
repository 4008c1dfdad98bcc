package dev.nightjar.bundle;

import dev.nightjar.fault.Guard;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a zip entry by entry, within bounds: few entries, none twice, none larger than it may be,
 * none that unfolds out of all proportion. What a header declares is never believed. Not
 * thread-safe.
 *
 * <p>Entries are taken as they follow each other; the directory at a zip's end and whatever lies
 * behind it is not looked at. No other reader sees these bytes, so a zip that reads differently by
 * its directory deceives nobody.
 */
public final class BoundedZip implements Closeable {
  /** For binary files, which hardly shrink: how many times its size one may unfold to. */
  public static final int BINARY = 20;

  /** The same for texts. */
  public static final int TEXT = 100;

  private static final int MOST_ENTRIES = 64;
  private static final int CHUNK = 1 << 16;

  /** Up to here anything may unfold: a small file of zeros harms nobody. */
  private static final long ALWAYS_ALLOWED = 8L << 20;

  private final String origin;
  private final CountedStream counted;
  private final ZipInputStream zip;
  private final Set<String> seen = new HashSet<>();
  private String entry = "";
  private long entryStart;

  /**
   * Begins to read.
   *
   * @param origin what messages call the zip
   */
  public BoundedZip(String origin, InputStream in) {
    this.origin = origin;
    this.counted = new CountedStream(in);
    this.zip = new ZipInputStream(counted);
  }

  /**
   * Goes on to the next entry, which must then be read or skipped.
   *
   * @return its name; empty when there is none
   * @throws BundleException when it is one too many, or there twice
   * @throws ZipException when the zip is damaged
   */
  public Optional<String> next() throws IOException {
    entryStart = counted.count;
    ZipEntry next = nextEntry();
    if (next == null) {
      return Optional.empty();
    }
    entry = next.getName();
    if (seen.size() == MOST_ENTRIES) {
      throw new BundleException(
          origin + " holds more than " + MOST_ENTRIES + " entries, the most that are read");
    }
    if (!seen.add(entry)) {
      throw new BundleException(origin + " holds the entry '" + entry + "' twice");
    }
    return Optional.of(entry);
  }

  private @Nullable ZipEntry nextEntry() throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) { // a name that is no UTF-8
      ZipException damaged = new ZipException("an entry's name cannot be read");
      damaged.initCause(e);
      throw damaged;
    }
  }

  /**
   * The bytes of the entry.
   *
   * @param most how many it may have
   * @param ratio how many times its size it may unfold to
   * @throws BundleException when it is larger
   */
  public byte[] read(long most, int ratio) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    long length = 0;
    for (byte[] chunk = zip.readNBytes(CHUNK); chunk.length > 0; chunk = zip.readNBytes(CHUNK)) {
      length += chunk.length;
      refuseLarger(length, most, ratio);
      chunks.add(chunk);
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, bytes, at, chunk.length);
      at += chunk.length;
    }
    return bytes;
  }

  /**
   * Passes over the entry.
   *
   * @param most how many bytes it may have: passing over them costs time
   */
  public void skip(long most) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long length = 0;
    for (int n = zip.read(chunk); n >= 0; n = zip.read(chunk)) {
      length += n;
      refuseLarger(length, most, Integer.MAX_VALUE);
    }
  }

  private void refuseLarger(long length, long most, int ratio) {
    if (length <= Math.min(most, ALWAYS_ALLOWED) || Guard.SIZES.isOff(origin)) {
      return;
    }
    if (length > most) {
      throw new BundleException(
          String.format(
              "%s holds the entry '%s' of more than %d bytes, the most that is read",
              origin, entry, most));
    }
    if (length / ratio > counted.count - entryStart) {
      throw new BundleException(
          String.format(
              "%s holds the entry '%s', which unfolds to more than %d times its size: a zip bomb,"
                  + " for no real one does. Remove it, or package the model again",
              origin, entry, ratio));
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** Counts what has been taken from the zip. */
  private static final class CountedStream extends FilterInputStream {
    private long count;

    CountedStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = super.read(bytes, offset, length);
      count += Math.max(n, 0);
      return n;
    }
  }
}
