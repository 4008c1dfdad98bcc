package dev.nightjar.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server, and counts how often the client has said something and then
 * waited: its bytes after those of the server, or the first of a connection.
 */
final class RoundTrips implements AutoCloseable {
  private final ServerSocket door;
  private final int port;
  private final AtomicInteger count = new AtomicInteger();

  RoundTrips(int port) throws IOException {
    this.port = port;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    begin(this::welcome);
  }

  int port() {
    return door.getLocalPort();
  }

  int count() {
    return count.get();
  }

  private static void begin(Runnable task) {
    Thread thread = new Thread(task, "round-trips");
    thread.setDaemon(true);
    thread.start();
  }

  private void welcome() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        AtomicInteger answered = new AtomicInteger(1);
        begin(() -> pump(client, server, () -> count.addAndGet(answered.getAndSet(0))));
        begin(() -> pump(server, client, () -> answered.set(1)));
      }
    } catch (IOException e) {
      if (!door.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void pump(Socket from, Socket to, Runnable atBytes) {
    byte[] bytes = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        atBytes.run();
        out.write(bytes, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      return; // the other side has gone
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
