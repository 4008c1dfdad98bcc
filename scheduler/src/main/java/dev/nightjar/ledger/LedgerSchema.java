package dev.nightjar.ledger;

import dev.nightjar.ledger.LedgerException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The tables of a ledger, and how an older one comes to them. */
final class LedgerSchema {
  private static final String SCRIPTS = "classpath:dev/nightjar/ledger";

  /** The lock of a file keeps other processes away; within one it would be an error. */
  private static final Object WITHIN_THIS_PROCESS = new Object();

  private LedgerSchema() {}

  /**
   * Makes the tables, or brings them up to date. Several schedulers may do so at once.
   *
   * @throws LedgerException when a newer version has been there, or the database cannot be reached
   */
  static void migrate(LedgerPlace place) {
    if (place instanceof LedgerPlace.File file) {
      synchronized (WITHIN_THIS_PROCESS) {
        migrateFile(file);
      }
    } else {
      migrateNow(place); // PostgreSQL keeps others away by a lock of its own
    }
  }

  private static void migrateFile(LedgerPlace.File file) {
    Path path = file.path();
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Path lock = path.resolveSibling(path.getFileName() + ".lock");
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        FileLock held = channel.lock();
        try {
          if (Files.notExists(path)) {
            Files.createFile(path);
          }
          migrateNow(file);
        } finally {
          held.release();
        }
      }
    } catch (IOException e) {
      throw new LedgerException(
          Kind.UNREACHABLE,
          file,
          "cannot be made: " + e,
          "make its folder writable, or name another place (ledger in conf/project.yaml)",
          e);
    }
  }

  private static void migrateNow(LedgerPlace place) {
    try {
      FluentConfiguration configuration =
          Flyway.configure(LedgerSchema.class.getClassLoader())
              .dataSource(new LedgerSource(place))
              .locations(SCRIPTS)
              .table("nightjar_ledger_version")
              .baselineOnMigrate(false);
      Flyway flyway = configuration.load();
      requireKnown(place, flyway);
      flyway.migrate();
    } catch (FlywayException e) {
      throw new LedgerException(
          Kind.UNREACHABLE,
          place,
          "cannot be opened: " + firstLine(e),
          "check that the database runs and that the user may make tables in it",
          e);
    }
  }

  private static void requireKnown(LedgerPlace place, Flyway flyway) {
    for (MigrationInfo info : flyway.info().applied()) {
      if (!info.getState().isResolved()) {
        throw new LedgerException(
            Kind.UNSOUND,
            place,
            "has tables of version " + info.getVersion() + ", which this Nightjar does not know",
            "use the Nightjar that wrote it, or a newer one");
      }
    }
  }

  private static String firstLine(FlywayException e) {
    return Optional.ofNullable(e.getMessage()).flatMap(m -> m.lines().findFirst()).orElse("?");
  }
}
