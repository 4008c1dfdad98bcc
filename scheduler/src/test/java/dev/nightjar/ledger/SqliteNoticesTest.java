package dev.nightjar.ledger;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Notices in a file. */
class SqliteNoticesTest extends NoticesContract {
  @TempDir Path folder;

  @Override
  LedgerPlace empty() {
    return new LedgerPlace.File(folder.resolve("nightjar.db"));
  }
}
