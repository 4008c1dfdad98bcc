package dev.nightjar.ledger;

import java.nio.file.Path;

/** Where a ledger lies. */
public sealed interface LedgerPlace {
  /** The place as messages and logs name it, without a password. */
  String shown();

  /**
   * A file of SQLite, for the schedulers of this machine.
   *
   * @param path absolute; on a disk of this machine, since the locks of SQLite do not hold over a
   *     network
   */
  record File(Path path) implements LedgerPlace {
    @Override
    public String shown() {
      return path.toString();
    }
  }

  /**
   * A database of PostgreSQL, for the schedulers of several machines.
   *
   * @param url {@code jdbc:postgresql://host:port/database}, without user and password
   * @param user to log in as
   * @param password empty for none
   */
  record Database(String url, String user, String password) implements LedgerPlace {
    @Override
    public String shown() {
      return url;
    }

    @Override
    public String toString() {
      return url + " as " + user;
    }
  }
}
