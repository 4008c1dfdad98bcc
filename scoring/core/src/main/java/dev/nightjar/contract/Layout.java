package dev.nightjar.contract;

/**
 * How rows become what the network takes, and how what it gives becomes a row again.
 *
 * @param input what the transform's columns are put together to
 * @param output which of the numbers that the network gives are units
 */
public record Layout(InputLayout input, Output output) {
  /** Rows of numbers in, rows of numbers out: what a network of dense layers does. */
  public static final Layout ROWS = new Layout(new InputLayout.Rows(), Output.UNITS);

  /** Which of the numbers that a network gives for a row are the units that outputs name. */
  public enum Output {
    /** The network gives a row of units, and nothing else will do. */
    UNITS,
    /** It gives a sequence of units, of which the last step counts. */
    LAST_STEP,
    /** It gives an array of any shape, whose numbers count as units in the array's own order. */
    ALL
  }

  /** The layout for people; what it is by default is left out. */
  public String words() {
    return switch (output) {
      case UNITS -> input.words();
      case LAST_STEP -> input.words() + "; the last step of the output";
      case ALL -> input.words() + "; all numbers of the output";
    };
  }
}
