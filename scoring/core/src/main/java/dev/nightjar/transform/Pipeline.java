package dev.nightjar.transform;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pipeline.json} holds: the compiled stages between contract and network.
 *
 * @param normalize null where the network takes the transform's columns as they are
 * @param categories where the network's first layer takes the numbers of categories: how many there
 *     are; else 0
 * @param layer what that layer is called, for people
 * @param activations how many bytes the activations of all layers take for a row, as the reference
 *     found it; 0 when nobody knows
 */
public record Pipeline(
    Program transform,
    @Nullable Affine normalize,
    long categories,
    String layer,
    long activations) {

  /** A pipeline before a network of which only the first layer is known. */
  public Pipeline(Program transform, @Nullable Affine normalize, long categories, String layer) {
    this(transform, normalize, categories, layer, 0);
  }

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
    if (activations < 0) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: activations of " + activations + " bytes do not exist");
    }
  }

  /** Whether the network's first layer takes a number. */
  public boolean takes(float value) {
    return takes(categories, value);
  }

  /** Why it does not take a finite number. */
  public String refusal(float value) {
    return refusal(layer, categories, value);
  }

  /** Whether a layer of so many categories takes a number; one of none takes every number. */
  public static boolean takes(long categories, float value) {
    return categories == 0 || (value >= 0 && value < categories && value == (long) value);
  }

  /** Why a layer of so many categories does not take a finite number. */
  public static String refusal(String layer, long categories, float value) {
    return String.format(
        Locale.ROOT,
        "is %s, and the network's %s takes the numbers of categories, 0 to %d",
        value,
        layer,
        categories - 1);
  }
}
