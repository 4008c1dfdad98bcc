package dev.nightjar.store;

import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One writer among all machines, for as long as it is heard of. The store knows the last writer by
 * a name that no other has ever had, and every script that writes asks whether it is still that
 * one: so a writer that slept through its lease cannot write any more once another one has come.
 */
final class RedisLease implements WriterLock {
  private final RedisClient client;
  private final byte[] writer;
  private final byte[] millis;
  private final Runnable whenClosed;
  private final ScheduledExecutorService heart;
  private final ScheduledFuture<?> beats;

  private RedisLease(RedisClient client, byte[] writer, Duration length, Runnable whenClosed) {
    this.client = client;
    this.writer = writer;
    this.millis = RedisBytes.text(length.toMillis());
    this.whenClosed = whenClosed;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "nightjar-store-lease");
              thread.setDaemon(true);
              return thread;
            });
    long beat = Math.max(1, length.toMillis() / 3);
    this.beats = heart.scheduleAtFixedRate(this::renew, beat, beat, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lease, and makes the store where there is none.
   *
   * @param length how long it is held without being heard of
   * @throws FeatureStoreException when another one has it, or the store is of another format
   */
  static RedisLease take(RedisClient client, String place, Duration length, Runnable whenClosed) {
    byte[] writer = RedisBytes.text(self() + "#" + UUID.randomUUID());
    List<?> came =
        RedisBytes.list(
            client.run(
                Script.ACQUIRE,
                List.of(
                    RedisBytes.text(RedisStore.FORMAT),
                    writer,
                    RedisBytes.text(length.toMillis()))));
    return switch (RedisBytes.string(came.get(0))) {
      case "format" ->
          throw StoredView.ofAnotherFormat(
              place, RedisBytes.string(came.get(1)), RedisStore.FORMAT);
      case "busy" ->
          throw new FeatureStoreException(
              Kind.BUSY,
              "another materialization ("
                  + RedisBytes.string(came.get(1)).replaceFirst("#.*", "")
                  + ") writes to the feature store in "
                  + place
                  + "; wait until it has ended, or, where that process has died, for "
                  + Math.max(1, (RedisBytes.whole(came.get(2)) + 999) / 1_000)
                  + "s");
      default -> new RedisLease(client, writer, length, whenClosed);
    };
  }

  /** This process, for people. */
  private static String self() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "a host without a name";
    }
    return "process " + ProcessHandle.current().pid() + " on " + host;
  }

  /** What every script that writes is given first. */
  byte[] writer() {
    return writer;
  }

  private void renew() {
    try {
      client.run(Script.RENEW, List.of(writer, millis));
    } catch (FeatureStoreException e) {
      // It may answer the next time. Whether the lease was lost is told to whoever writes.
      return;
    }
  }

  @Override
  public void close() {
    if (heart.isShutdown()) {
      return;
    }
    beats.cancel(false);
    heart.shutdown();
    whenClosed.run();
    try {
      client.run(Script.RELEASE, List.of(writer));
    } catch (FeatureStoreException e) {
      // What was written is written; the lease ends by itself.
      return;
    }
  }
}
