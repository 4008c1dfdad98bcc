package dev.nightjar.contract;

import dev.nightjar.config.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a network takes a row: as it is, or its columns put together to an image or a sequence; or,
 * where the network has several inputs, columns for each.
 */
public sealed interface InputLayout {

  /** How many columns a row must have; 0 when any number will do. */
  long columns();

  /** The layout for people, such as {@code sequence of 24 steps × 3 features, steps first}. */
  String words();

  /**
   * The columns are the network's inputs, in order.
   *
   * @param width how many they are; 0 when any number will do
   */
  record Rows(int width) implements InputLayout {

    /** Rows of any number of columns. */
    public Rows() {
      this(0);
    }

    public Rows {
      if (width < 0) {
        throw new IllegalArgumentException("a row has no " + width + " columns");
      }
    }

    @Override
    public long columns() {
      return width;
    }

    @Override
    public String words() {
      return width == 0 ? "rows" : "rows of " + width + " columns";
    }
  }

  /**
   * The inputs of a network that has several, or names its one: each takes the next columns of a
   * row.
   */
  record Several(List<Named> inputs) implements InputLayout {

    /**
     * One of the inputs.
     *
     * @param name by which the network calls it
     * @param layout of its own columns, whose number it says; never several again
     */
    public record Named(String name, InputLayout layout) {
      public Named {
        if (layout instanceof Several || layout.columns() == 0) {
          throw new IllegalArgumentException("the input '" + name + "' does not say its columns");
        }
      }
    }

    public Several {
      inputs = List.copyOf(inputs);
      if (inputs.isEmpty()
          || new HashSet<>(inputs.stream().map(Named::name).toList()).size() < inputs.size()) {
        throw new IllegalArgumentException("there is no input, or one of them twice");
      }
    }

    @Override
    public long columns() {
      return inputs.stream().mapToLong(one -> one.layout().columns()).sum();
    }

    @Override
    public String words() {
      return inputs.stream()
          .map(one -> one.name() + ": " + one.layout().words())
          .collect(Collectors.joining("; "));
    }
  }

  /**
   * An image: one column for each channel of each pixel, line by line.
   *
   * @param order what of a pixel stands together
   */
  record Image(int channels, int height, int width, PixelOrder order) implements InputLayout {

    /** In which order the columns come. */
    public enum PixelOrder {
      /** All pixels of the first channel, then all of the second. */
      CHANNELS_FIRST,
      /** All channels of the first pixel, then all of the second. */
      CHANNELS_LAST
    }

    public Image {
      positive(channels, height, width);
    }

    @Override
    public long columns() {
      return (long) channels * height * width;
    }

    @Override
    public String words() {
      return String.format(
          Locale.ROOT,
          "image of %d channels × %d × %d pixels, %s",
          channels,
          height,
          width,
          Section.word(order).replace('-', ' '));
    }
  }

  /**
   * A sequence of fixed length: one column for each feature of each step.
   *
   * @param order what of a step stands together
   */
  record Sequence(int steps, int features, StepOrder order) implements InputLayout {

    /** In which order the columns come. */
    public enum StepOrder {
      /** All features of the first step, then all of the second. */
      STEPS_FIRST,
      /** All steps of the first feature, then all of the second. */
      FEATURES_FIRST
    }

    public Sequence {
      positive(steps, features, 1);
    }

    @Override
    public long columns() {
      return (long) steps * features;
    }

    @Override
    public String words() {
      return String.format(
          Locale.ROOT,
          "sequence of %d steps × %d features, %s",
          steps,
          features,
          Section.word(order).replace('-', ' '));
    }
  }

  private static void positive(int first, int second, int third) {
    if (first < 1 || second < 1 || third < 1) {
      throw new IllegalArgumentException("every dimension of a layout is 1 or more");
    }
    Math.multiplyExact(Math.multiplyExact(first, second), third);
  }
}
