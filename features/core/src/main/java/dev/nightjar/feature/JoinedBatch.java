package dev.nightjar.feature;

import dev.nightjar.data.ColumnBatch;
import java.util.List;
import java.util.Optional;

/**
 * Rows with their features.
 *
 * @param rows the input's columns, then the views' features in order
 * @param flags of each row, in the order in which the batch join has them
 * @param ties of each row the view whose rows are tied, which rejects it
 */
public record JoinedBatch(ColumnBatch rows, List<List<String>> flags, List<Optional<Tie>> ties) {
  public JoinedBatch {
    flags = List.copyOf(flags);
    ties = List.copyOf(ties);
  }

  /**
   * Feature rows between which nothing decides.
   *
   * @param view its name
   * @param reason for people
   */
  public record Tie(String view, String reason) {}
}
