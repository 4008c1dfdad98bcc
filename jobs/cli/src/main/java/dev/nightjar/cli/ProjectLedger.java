package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Optional;

/** The ledger of a project, which not every project has: runs need none. */
final class ProjectLedger {
  /** One of each library without which no ledger can be opened. */
  private static final String[] LIBRARIES = {
    "org.jdbi.v3.core.Jdbi", "org.flywaydb.core.Flyway", "org.sqlite.SQLiteConfig"
  };

  private ProjectLedger() {}

  /**
   * Where that of a job's project lies; empty for a file that no scheduler has made so far.
   *
   * @throws dev.nightjar.config.ConfigurationException when conf/project.yaml has mistakes
   */
  static Optional<LedgerPlace> place(Job job) {
    LedgerPlace place = Project.open(job.project(), job.environment()).ledger();
    return place instanceof LedgerPlace.File file && !Files.exists(file.path())
        ? Optional.empty()
        : Optional.of(place);
  }

  /**
   * Opens that of a job's project, when there is one. Where its libraries are missing it is left
   * out, and that is told.
   *
   * @throws dev.nightjar.ledger.LedgerException when it does not answer
   * @throws dev.nightjar.config.ConfigurationException when conf/project.yaml has mistakes
   */
  static Optional<Ledger> open(Job job, PrintWriter err) {
    Optional<LedgerPlace> place = place(job);
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
