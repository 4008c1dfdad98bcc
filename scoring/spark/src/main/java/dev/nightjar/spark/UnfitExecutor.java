package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkEnv;
import org.apache.spark.executor.ExecutorExitCode;

/**
 * Ends an executor on which a bundle cannot be loaded or computes differently: its JVM, its
 * libraries or its machine is at fault, and every further task would find the same. Spark starts
 * another in its place. The first task fails with the reason, which the driver counts ({@link
 * ProofFailures}). Where driver and executor are one process there is nothing to replace, and the
 * run ends at once.
 */
final class UnfitExecutor {
  /** For the failed task's reason to reach the driver before the process is gone. */
  private static final long FAREWELL_MILLIS = 2_000;

  private static final String DRIVER = "driver";

  /** Empty until a task has found out. */
  private static final AtomicReference<Thread> ENDING = new AtomicReference<>();

  private UnfitExecutor() {}

  /**
   * What to throw from the first task that finds out. Later ones do not come back: they end with
   * the process, so that Spark offers their rows elsewhere and blames nobody.
   *
   * @param bundle where it lay, for people
   */
  static BundleException end(String bundle, Throwable failure) {
    if (!isReplaceable()) {
      return named(bundle, failure);
    }
    Thread mine = new Thread(UnfitExecutor::exit, "nightjar-unfit-executor");
    mine.setDaemon(true);
    Thread first = ENDING.compareAndExchange(null, mine);
    if (first == null) {
      mine.start();
    } else {
      awaitEnd(first);
    }
    return named(bundle, failure);
  }

  private static boolean isReplaceable() {
    SparkEnv environment = SparkEnv.get();
    return environment != null && !environment.executorId().equals(DRIVER);
  }

  /** A bundle's own message names bundle, row, stage and host; that of a library names nothing. */
  private static BundleException named(String bundle, Throwable failure) {
    if (failure instanceof BundleException known) {
      return known;
    }
    return new BundleException(
        "the bundle "
            + bundle
            + " cannot be loaded on "
            + host()
            + ": "
            + failure
            + ". Its libraries, native ones among them, do not fit this machine or could not be"
            + " unpacked; see the executor's log",
        failure);
  }

  private static void exit() {
    try {
      TimeUnit.MILLISECONDS.sleep(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // no reason to stay
    }
    // To the scheduler this code says that the executor is at fault, and not the tasks it had.
    System.exit(ExecutorExitCode.HEARTBEAT_FAILURE());
  }

  private static void awaitEnd(Thread end) {
    try {
      end.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the task was cancelled
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
