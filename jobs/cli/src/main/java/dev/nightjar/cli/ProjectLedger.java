package dev.nightjar.cli;

import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The ledger of a project, which not every project has: runs need none. */
final class ProjectLedger {
  private static final String DEFAULT = "ledger/nightjar.db";

  /** One of each library without which no ledger can be opened. */
  private static final String[] LIBRARIES = {
    "org.jdbi.v3.core.Jdbi", "org.flywaydb.core.Flyway", "org.sqlite.SQLiteConfig"
  };

  private ProjectLedger() {}

  /** Where it lies; empty when there is none. */
  static Optional<LedgerPlace> place(Path project) {
    Path file = project.resolve(DEFAULT);
    return Files.exists(file) ? Optional.of(new LedgerPlace.File(file)) : Optional.empty();
  }

  /**
   * Opens it, when there is one. Where its libraries are missing it is left out, and that is told.
   *
   * @throws dev.nightjar.ledger.LedgerException when it does not answer
   */
  static Optional<Ledger> open(Path project, PrintWriter err) {
    Optional<LedgerPlace> place = place(project);
    if (place.isPresent() && !hasLibraries()) {
      err.println(
          "nightjar: the ledger "
              + place.get().shown()
              + " is left out: the libraries of its database (lib/schedule) are not on the class"
              + " path");
      err.flush();
      return Optional.empty();
    }
    // No method reference: making one would load the libraries also where there is no ledger.
    return place.isPresent() ? Optional.of(Ledger.open(place.get())) : Optional.empty();
  }

  private static boolean hasLibraries() {
    ClassLoader loader = ProjectLedger.class.getClassLoader();
    for (String name : LIBRARIES) {
      if (loader.getResource(name.replace('.', '/') + ".class") == null) {
        return false;
      }
    }
    return true;
  }
}
