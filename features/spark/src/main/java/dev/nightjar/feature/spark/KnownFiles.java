package dev.nightjar.feature.spark;

import dev.nightjar.feature.FileSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What readers have found out about files by reading them, which holds for as long as their listing
 * is the same: readers that follow each other need not look again. Keeps what was asked for last,
 * of a few tables. Thread-safe.
 */
public final class KnownFiles {
  /** A project's views, and inputs of a few intervals: each may be of many files. */
  private static final int MOST = 32;

  private final Map<Key, ParquetColumns> footers = new Latest<>();
  private final Map<Key, List<String>> headers = new Latest<>();
  private final Map<Key, Boolean> sound = new Latest<>();

  /**
   * Files in one state.
   *
   * @param path as it is read, without variables
   * @param digest of their listing
   */
  record Key(FileSource source, String path, String digest) {}

  private static final class Latest<V> extends LinkedHashMap<Key, V> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(MOST, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, V> eldest) {
      return size() > MOST;
    }
  }

  /** The columns of Parquet files. */
  synchronized Optional<ParquetColumns> footers(Key key) {
    return Optional.ofNullable(footers.get(key));
  }

  synchronized void putFooters(Key key, ParquetColumns columns) {
    footers.put(key, columns);
  }

  /** The names of CSV columns. */
  synchronized Optional<List<String>> header(Key key) {
    return Optional.ofNullable(headers.get(key));
  }

  synchronized void putHeader(Key key, List<String> names) {
    headers.put(key, List.copyOf(names));
  }

  /** Whether CSV files were read as the lines that they are, without a complaint. */
  synchronized boolean isSound(Key key) {
    return sound.containsKey(key);
  }

  synchronized void putSound(Key key) {
    sound.put(key, true);
  }
}
