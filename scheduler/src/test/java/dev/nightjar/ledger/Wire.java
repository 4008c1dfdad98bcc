package dev.nightjar.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The network between a ledger and its database, which can be cut. */
final class Wire implements AutoCloseable {
  /** How PostgreSQL says that a transaction is done. */
  private static final String COMMITTED = "COMMIT\0";

  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger commitsToLose = new AtomicInteger();
  private volatile boolean isCut;

  Wire(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Nothing goes through any more. */
  void cut() {
    isCut = true;
    open.forEach(Wire::closeQuietly);
  }

  /** All goes through again. */
  void mend() {
    isCut = false;
  }

  /** The next transaction is done, and nobody hears of it. */
  void loseNextCommit() {
    commitsToLose.set(1);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        open.add(client);
        if (isCut) {
          closeQuietly(client);
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(server);
        start(() -> pump(client, server, false));
        start(() -> pump(server, client, true));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        if (answers
            && text.contains(COMMITTED)
            && commitsToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
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

  private void start(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    synchronized (threads) {
      threads.add(thread);
    }
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(Wire::closeQuietly);
  }
}
