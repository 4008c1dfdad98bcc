package dev.nightjar.sink.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The network between a client and its PostgreSQL, which loses what a test says. Thread-safe. */
public final class Wire implements AutoCloseable {
  /** How PostgreSQL says that a transaction is done: the tag of its answer. */
  private static final String COMMITTED = "COMMIT\0";

  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger commitsToPass = new AtomicInteger(-1);
  private volatile String cutAt = "";
  private volatile boolean isDown;

  public Wire(int target) {
    this.target = target;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** After so many commits, the answer of one is lost, and its connection. */
  public void loseCommitAfter(int others) {
    commitsToPass.set(others);
  }

  /** The connection that is the next to send this text is lost before it does. */
  public void cutAt(String text) {
    cutAt = text;
  }

  /** Whether nobody has sent the text of {@link #cutAt} yet. */
  public boolean isUncut() {
    return !cutAt.isEmpty();
  }

  /** Every connection is lost, and no new one comes about until {@link #mend}. */
  public void cut() {
    isDown = true;
    open.forEach(Wire::closeQuietly);
  }

  /** All goes through again. */
  public void mend() {
    isDown = false;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        Optional<Socket> server = isDown ? Optional.empty() : connected();
        if (server.isEmpty()) {
          closeQuietly(client);
          continue;
        }
        open.add(server.get());
        start(() -> pump(client, server.get(), false));
        start(() -> pump(server.get(), client, true));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Empty where the server is down. */
  private Optional<Socket> connected() {
    try {
      return Optional.of(new Socket(InetAddress.getLoopbackAddress(), target));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        if (answers && text.contains(COMMITTED) && commitsToPass.getAndDecrement() == 0) {
          break;
        }
        String cut = cutAt;
        if (!answers && !cut.isEmpty() && text.contains(cut)) {
          cutAt = "";
          break;
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // One side has gone; so does the other.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(Wire::closeQuietly);
  }
}
