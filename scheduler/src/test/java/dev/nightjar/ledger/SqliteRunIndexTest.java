package dev.nightjar.ledger;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The index in a file. */
class SqliteRunIndexTest extends RunIndexContract {
  @TempDir Path folder;

  @Override
  LedgerPlace empty() {
    return new LedgerPlace.File(folder.resolve("nightjar.db"));
  }
}
