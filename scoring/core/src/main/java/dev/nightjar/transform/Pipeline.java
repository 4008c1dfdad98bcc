package dev.nightjar.transform;

import org.jspecify.annotations.Nullable;

/**
 * What {@code pipeline.json} holds: the compiled stages between contract and network.
 *
 * @param normalize null where the network takes the transform's columns as they are
 * @param categories where the network's first layer takes the numbers of categories: how many there
 *     are; else 0
 * @param layer what that layer is called, for people
 */
public record Pipeline(
    Program transform, @Nullable Affine normalize, long categories, String layer) {

  /**
   * @throws IllegalArgumentException when the normalizer has other columns than the transform gives
   */
  public Pipeline {
    if (normalize != null && normalize.columns() != transform.outputs().size()) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: its transform gives "
              + transform.outputs().size()
              + " columns and its normalizer takes "
              + normalize.columns());
    }
    if (categories < 0) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: there are no " + categories + " categories");
    }
  }

  /** Whether the network's first layer takes a number. */
  public boolean takes(float value) {
    return categories == 0 || (value >= 0 && value < categories && value == (long) value);
  }
}
