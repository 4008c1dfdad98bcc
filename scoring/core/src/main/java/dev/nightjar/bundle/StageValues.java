package dev.nightjar.bundle;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import java.util.Optional;

/**
 * What a row was after each of the middle stages. Arrays are empty from the stage on that the row
 * did not reach.
 *
 * @param outcome what became of the row
 * @param rejection present exactly for a rejected row
 * @param transformed the transform's output columns, in order
 * @param normalized the network's input
 * @param activations the network's output layer
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a value of some thousand rows; compared with a tolerance
public record StageValues(
    Outcome outcome,
    Optional<Rejection> rejection,
    double[] transformed,
    float[] normalized,
    float[] activations) {
  private static final double[] NO_DOUBLES = {};
  private static final float[] NO_FLOATS = {};

  /** A row that reached the end. */
  public static StageValues scored(double[] transformed, float[] normalized, float[] activations) {
    return new StageValues(Outcome.SCORED, Optional.empty(), transformed, normalized, activations);
  }

  /** A row that the transform's own filter took out. */
  public static StageValues filtered() {
    return new StageValues(Outcome.FILTERED, Optional.empty(), NO_DOUBLES, NO_FLOATS, NO_FLOATS);
  }

  /** A row that was stopped. */
  public static StageValues rejected(Rejection rejection) {
    return new StageValues(
        Outcome.REJECTED, Optional.of(rejection), NO_DOUBLES, NO_FLOATS, NO_FLOATS);
  }
}
