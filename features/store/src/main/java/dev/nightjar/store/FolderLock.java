package dev.nightjar.store;

import dev.nightjar.feature.FeatureStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One writer among all processes of a machine; goes with the process when that dies. */
final class FolderLock implements WriterLock {
  /** Held in this process: to close any channel of a file lets go of the process's locks of it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static FolderLock of(Path file) {
    if (!HELD.add(file)) {
      throw busy(file);
    }
    FileChannel channel = null;
    boolean isHeld = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      isHeld = channel.tryLock() != null;
      if (!isHeld) {
        throw busy(file);
      }
      return new FolderLock(file, channel);
    } catch (IOException e) {
      throw new FeatureStoreException(
          "the feature store in " + file.getParent() + " cannot be locked: " + e.getMessage(), e);
    } finally {
      if (!isHeld) {
        letGo(file, channel);
      }
    }
  }

  private static FeatureStoreException busy(Path file) {
    return new FeatureStoreException(
        FeatureStoreException.Kind.BUSY,
        "another materialization writes to the feature store in "
            + file.getParent()
            + "; wait until it has ended");
  }

  private static void letGo(Path file, @Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the lock of a feature store cannot be let go", e);
    } finally {
      HELD.remove(file);
    }
  }

  @Override
  public void close() {
    letGo(file, channel);
  }
}
