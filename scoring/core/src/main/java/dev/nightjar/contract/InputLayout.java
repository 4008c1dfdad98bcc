package dev.nightjar.contract;

import dev.nightjar.config.Section;
import java.util.Locale;

/** How a network takes a row: as it is, or its columns put together to an image or a sequence. */
public sealed interface InputLayout {

  /** How many columns a row must have; 0 when any number will do. */
  long columns();

  /** The layout for people, such as {@code sequence of 24 steps × 3 features, steps first}. */
  String words();

  /** The columns are the network's inputs, in order. */
  record Rows() implements InputLayout {
    @Override
    public long columns() {
      return 0;
    }

    @Override
    public String words() {
      return "rows";
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
