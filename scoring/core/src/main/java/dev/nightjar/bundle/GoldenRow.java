package dev.nightjar.bundle;

import dev.nightjar.contract.Stage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row with what it was after every stage: a golden row of a bundle, or one that the parity
 * certificate of a run compares.
 *
 * @param input the contract's columns as they came, by name; null for null
 * @param flags what the contract invented for the row
 * @param values after the stages in the middle, and what became of the row
 * @param outputs the contract's outputs by column name; empty for a row that was not scored
 * @param last the last stage that is known: {@code POST}, or {@code NORMALIZE} for a row that
 *     reaches a foreign model whose output for it nobody has told; it then has no activations and
 *     no outputs, and what becomes of it is open
 */
public record GoldenRow(
    Map<String, @Nullable Object> input,
    List<String> flags,
    StageValues values,
    Map<String, @Nullable Object> outputs,
    Stage last) {

  /** A row that is known to its end. */
  public GoldenRow(
      Map<String, @Nullable Object> input,
      List<String> flags,
      StageValues values,
      Map<String, @Nullable Object> outputs) {
    this(input, flags, values, outputs, Stage.POST);
  }

  /** Whether what became of the row is known. */
  public boolean isWhole() {
    return last == Stage.POST;
  }

  /** The same row, known only as it reaches the network. */
  public GoldenRow untilNetwork() {
    return new GoldenRow(
        input,
        flags,
        StageValues.scored(values.transformed(), values.normalized(), new float[0]),
        Map.of(),
        Stage.NORMALIZE);
  }
}
