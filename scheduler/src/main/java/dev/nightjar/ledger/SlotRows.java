package dev.nightjar.ledger;

import dev.nightjar.ledger.LedgerException.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Rows of the ledger's tables as values. What no ledger of ours would hold is refused by name. */
final class SlotRows {
  private final LedgerPlace place;

  SlotRows(LedgerPlace place) {
    this.place = place;
  }

  Slot slot(ResultSet row) throws SQLException {
    String job = row.getString("job");
    String interval = row.getString("span");
    String label = "slot " + job + " " + interval;
    String state = row.getString("state");
    String cause = row.getString("cause");
    Instant start = instant(row, "starts");
    Instant end = instant(row, "ends");
    if (!start.isBefore(end)) {
      throw unsound(label, "ends (" + end + ") before it starts (" + start + ")");
    }
    return new Slot(
        job,
        interval,
        start,
        end,
        SlotState.of(state).orElseThrow(() -> unsound(label, "has the state '" + state + "'")),
        Cause.of(cause).orElseThrow(() -> unsound(label, "has the cause '" + cause + "'")),
        instant(row, "scheduled"),
        row.getInt("tries"),
        instant(row, "notbefore"),
        lease(row),
        row.getString("reason"),
        instant(row, "since"),
        number(row, "token"));
  }

  private static Optional<Lease> lease(ResultSet row) throws SQLException {
    String node = row.getString("node");
    return node == null
        ? Optional.empty()
        : Optional.of(new Lease(node, row.getLong("fence"), instant(row, "leased")));
  }

  static Try tried(ResultSet row) throws SQLException {
    OptionalLong ended = number(row, "ended");
    return new Try(
        row.getLong("fence"),
        row.getString("node"),
        instant(row, "started"),
        ended.isPresent() ? Optional.of(Instant.ofEpochMilli(ended.getAsLong())) : Optional.empty(),
        number(row, "code"),
        row.getString("reason"));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  private static OptionalLong number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private LedgerException unsound(String what, String problem) {
    return new LedgerException(
        Kind.UNSOUND,
        place,
        "has been changed by somebody else: the " + what + " " + problem,
        "take that row away; what is published is read again from the output paths");
  }
}
