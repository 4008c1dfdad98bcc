package dev.nightjar.ledger;

/** The index in a server. */
class PostgresRunIndexTest extends RunIndexContract {
  @Override
  LedgerPlace empty() {
    return LedgerServer.empty();
  }
}
