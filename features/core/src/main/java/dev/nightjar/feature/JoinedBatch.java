package dev.nightjar.feature;

import dev.nightjar.data.ColumnBatch;
import java.util.List;
import java.util.Optional;

/**
 * Rows with their features. Immutable; the lists have an entry for each row.
 *
 * @param rows the input's columns, then the views' features in order, but for those that the input
 *     had already
 * @param flags of each row, in the order in which the batch join has them
 * @param ties of each row the view whose rows are tied, which rejects it
 * @param views of each row, where its features came from, in the views' order; of a tied row the
 *     views behind the tied one too; empty for rows that came joined
 */
public record JoinedBatch(
    ColumnBatch rows,
    List<List<String>> flags,
    List<Optional<Tie>> ties,
    List<List<ViewAnswer>> views) {
  public JoinedBatch {
    flags = List.copyOf(flags);
    ties = List.copyOf(ties);
    views = List.copyOf(views);
  }

  /**
   * Feature rows between which nothing decides.
   *
   * @param view its name
   * @param reason for people
   */
  public record Tie(String view, String reason) {}
}
