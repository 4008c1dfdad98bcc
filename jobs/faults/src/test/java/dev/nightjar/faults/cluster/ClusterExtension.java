package dev.nightjar.faults.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One cluster for all classes of this JVM, started by the first that needs it and ended after the
 * last. Without a distribution its tests are skipped, by name.
 */
final class ClusterExtension implements BeforeAllCallback {
  private volatile Shared shared = new Shared();

  /** What lives until the last test has ended. */
  private static final class Shared implements AutoCloseable {
    private Cluster cluster;

    synchronized Cluster cluster() {
      if (cluster == null) {
        cluster = new Cluster(dist(), folder());
      }
      return cluster;
    }

    private static Path folder() {
      try {
        // Beside what Maven builds: what is left of a failure can be looked at until the next run.
        Path folder = Path.of("target", "cluster").toAbsolutePath();
        Folders.delete(folder);
        return Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public synchronized void close() {
      if (cluster != null) {
        cluster.close();
      }
      Recoveries.report();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    assumeTrue(
        Files.isDirectory(dist().resolve("lib/spark")),
        () -> "there is no distribution at " + dist() + "; mvn -Dquick -DskipTests package");
    shared =
        context
            .getRoot()
            .getStore(Namespace.create(ClusterExtension.class))
            .computeIfAbsent(Shared.class, any -> new Shared(), Shared.class);
  }

  Cluster cluster() {
    return shared.cluster();
  }

  private static Path dist() {
    return Path.of(System.getProperty("nightjar.dist", "")).toAbsolutePath();
  }
}
