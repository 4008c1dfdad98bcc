package dev.nightjar.pipeline;

import dev.nightjar.bundle.GoldenRow;
import java.util.List;
import java.util.Optional;

/**
 * Rows that were joined and scored on request, with what each was after every stage. Immutable.
 *
 * @param answers as {@link OnlineScorer#score} gives them
 * @param stages of each row: all its columns as joined, the flags of the contract alone, the values
 *     after each stage, the outputs; empty for a row whose features are tied, which goes no further
 */
public record TracedBatch(OnlineBatch answers, List<Optional<GoldenRow>> stages) {
  public TracedBatch {
    stages = List.copyOf(stages);
  }
}
