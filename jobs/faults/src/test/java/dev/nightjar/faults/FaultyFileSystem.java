package dev.nightjar.faults;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * A local file system under the scheme {@code faulty} that fails, lies, or does what it is asked
 * and then says that it failed, at the n-th call of one operation. Its creation is exclusive.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  /** What is asked of a file system. */
  public enum Op {
    CREATE,
    CLOSE,
    RENAME,
    DELETE,
    MKDIRS,
    LIST,
    OPEN
  }

  /** What goes wrong. */
  public enum Mode {
    /** It is not done, and an exception says so. */
    THROW,
    /** It is not done, or half, and the answer says nothing of it. */
    LIE,
    /** It is done, and an exception says that it failed. */
    DO_THEN_THROW
  }

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static volatile @Nullable Op op;
  private static volatile Mode mode = Mode.THROW;
  private static volatile int nth;
  private static volatile boolean struck;

  /** Arms one fault. */
  static void arm(Op at, Mode how, int call) {
    CALLS.set(0);
    struck = false;
    mode = how;
    nth = call;
    op = at;
  }

  /** Disarms it; whether it has struck. */
  static boolean disarm() {
    op = null;
    return struck;
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  protected void checkPath(Path path) {}

  private static boolean strikes(Op asked) {
    if (asked != op || CALLS.incrementAndGet() != nth) {
      return false;
    }
    struck = true;
    return true;
  }

  private static IOException failure(Op asked) {
    return new IOException("injected failure of " + asked.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      @Nullable Progressable progress)
      throws IOException {
    return create(path, overwrite, buffer, replication, block, progress);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      @Nullable Progressable progress)
      throws IOException {
    boolean strikes = strikes(Op.CREATE);
    if (strikes && mode == Mode.THROW) {
      throw failure(Op.CREATE);
    }
    java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath());
    Files.createDirectories(file.getParent());
    OutputStream out;
    try {
      out =
          Files.newOutputStream(
              file,
              StandardOpenOption.WRITE,
              overwrite ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new org.apache.hadoop.fs.FileAlreadyExistsException(path.toString());
    }
    if (strikes && mode == Mode.DO_THEN_THROW) {
      out.close();
      throw failure(Op.CREATE);
    }
    return new FSDataOutputStream(new Stream(out, strikes), null);
  }

  /** A stream that may swallow what is written, or fail when it is closed. */
  private static final class Stream extends OutputStream {
    private final OutputStream out;
    private final boolean swallows;
    private boolean closed;

    Stream(OutputStream out, boolean swallows) {
      this.out = out;
      this.swallows = swallows;
    }

    @Override
    public void write(int b) throws IOException {
      if (!swallows) {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (!swallows) {
        out.write(bytes, from, length);
      }
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      out.close();
      if (strikes(Op.CLOSE) && mode != Mode.LIE) {
        throw failure(Op.CLOSE);
      }
    }
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw new IOException("nothing rests on renaming, and here it never works: " + from);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (!strikes(Op.DELETE)) {
      return super.delete(path, recursive);
    }
    if (mode == Mode.DO_THEN_THROW) {
      super.delete(path, recursive);
    }
    if (mode == Mode.LIE) {
      return true;
    }
    throw failure(Op.DELETE);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    if (!strikes(Op.MKDIRS)) {
      return super.mkdirs(path);
    }
    if (mode == Mode.DO_THEN_THROW) {
      super.mkdirs(path);
    }
    if (mode == Mode.LIE) {
      return true;
    }
    throw failure(Op.MKDIRS);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    if (!strikes(Op.LIST)) {
      return super.listStatus(path);
    }
    if (mode == Mode.LIE) {
      return new FileStatus[0];
    }
    throw failure(Op.LIST);
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    if (!strikes(Op.OPEN)) {
      return super.open(path, buffer);
    }
    if (mode == Mode.LIE) {
      throw new FileNotFoundException("not there, it says: " + path);
    }
    throw failure(Op.OPEN);
  }
}
