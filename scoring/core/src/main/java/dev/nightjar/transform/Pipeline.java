package dev.nightjar.transform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pipeline.json} holds: the compiled stages between contract and network.
 *
 * @param normalize null where the network takes the transform's columns as they are
 * @param categories where the network's first layer takes the numbers of categories: how many there
 *     are; else 0
 * @param layer what that layer is called, for people
 * @param activations how many bytes a row takes inside the network, what layers hold beside their
 *     activations among them, as the reference or a foreign model's engine found it; 0 when nobody
 *     knows
 * @param inputs where the network has several inputs, or a named one: what each takes, in the order
 *     of their columns; categories and layer are theirs then
 */
public record Pipeline(
    Program transform,
    @Nullable Affine normalize,
    long categories,
    String layer,
    long activations,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Input> inputs) {

  /**
   * What one of several inputs of a network takes.
   *
   * @param columns how many columns, the next ones
   * @param categories as of the pipeline
   * @param layer as of the pipeline
   */
  public record Input(int columns, long categories, String layer) {}

  /** A pipeline before a network of which only the first layer is known. */
  public Pipeline(Program transform, @Nullable Affine normalize, long categories, String layer) {
    this(transform, normalize, categories, layer, 0, List.of());
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
    inputs = List.copyOf(inputs);
    if (!inputs.isEmpty()
        && inputs.stream().mapToLong(Input::columns).sum() != transform.outputs().size()) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: its transform gives "
              + transform.outputs().size()
              + " columns and the inputs of its network take others");
    }
    if (categories < 0
        || inputs.stream().anyMatch(one -> one.columns() < 1 || one.categories() < 0)) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: there are no "
              + categories
              + " categories, and no inputs of less than a column or a category");
    }
    if (activations < 0) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: activations of " + activations + " bytes do not exist");
    }
  }

  /** Whether the network takes every finite number in every column. */
  public boolean takesAll() {
    return categories == 0 && inputs.stream().allMatch(one -> one.categories() == 0);
  }

  /** Whether the network's first layer takes a number in a column. */
  public boolean takes(int column, float value) {
    return takes(input(column).categories(), value);
  }

  /** Why it does not take a finite number. */
  public String refusal(int column, float value) {
    return refusal(input(column).layer(), input(column).categories(), value);
  }

  private Input input(int column) {
    int left = column;
    for (Input one : inputs) {
      if (left < one.columns()) {
        return one;
      }
      left -= one.columns();
    }
    return new Input(transform.outputs().size(), categories, layer);
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
