package dev.nightjar.certificate;

import dev.nightjar.contract.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes as many rows as are wanted of those that were chosen when they were scored. */
final class RowSelection {
  /** One row of so many is one that was filtered or rejected, where there are any. */
  private static final int OTHERS_SHARE = 4;

  private RowSelection() {}

  /**
   * The rows of the smallest numbers, a quarter of them filtered or rejected ones; where there are
   * too few of one kind, more of the other.
   */
  static List<WrittenRow> of(List<WrittenRow> chosen, int wanted) {
    List<WrittenRow> scored = new ArrayList<>();
    List<WrittenRow> others = new ArrayList<>();
    chosen.stream()
        .sorted(
            Comparator.comparingLong(WrittenRow::number)
                .thenComparing(WrittenRow::key)) // keys that hash alike, always in one order
        .forEach(
            row -> (row.written().values().outcome() == Outcome.SCORED ? scored : others).add(row));
    int ofOthers = Math.min(others.size(), Math.max(wanted / OTHERS_SHARE, wanted - scored.size()));
    int ofScored = Math.min(scored.size(), wanted - ofOthers);
    List<WrittenRow> rows = new ArrayList<>(scored.subList(0, ofScored));
    rows.addAll(others.subList(0, ofOthers));
    return rows;
  }
}
