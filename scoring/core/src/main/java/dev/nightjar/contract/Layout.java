package dev.nightjar.contract;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How rows become what the network takes, and how what it gives becomes a row again.
 *
 * @param input what the transform's columns are put together to
 * @param output which of the numbers that the network gives are units
 * @param outputs of a network with several outputs each, in the network's order, whose units then
 *     stand side by side; empty where it has one, or where nobody has looked yet
 */
public record Layout(InputLayout input, Output output, List<NetworkOutput> outputs) {
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

  /** A layout for a network of one output. */
  public Layout(InputLayout input, Output output) {
    this(input, output, List.of());
  }

  public Layout {
    outputs = List.copyOf(outputs);
  }

  /** The output of the network that is called so; empty where it is the only one there is. */
  Optional<NetworkOutput> named(Optional<String> from) {
    return outputs.stream()
        .filter(one -> from.isPresent() ? from.get().equals(one.name()) : outputs.size() == 1)
        .findFirst();
  }

  /**
   * Where the units of one of the network's outputs begin among all of them; empty where the
   * network has no output of that name, or several and none is named.
   */
  public OptionalInt firstUnit(Optional<String> from) {
    if (outputs.isEmpty()) {
      return from.isEmpty() ? OptionalInt.of(0) : OptionalInt.empty();
    }
    Optional<NetworkOutput> named = named(from);
    if (named.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        outputs.subList(0, outputs.indexOf(named.get())).stream()
            .mapToInt(NetworkOutput::units)
            .sum());
  }

  /**
   * How many units one of the network's outputs has.
   *
   * @param all how many all of them have; empty also when the layout says otherwise
   */
  OptionalInt units(Optional<String> from, int all) {
    if (outputs.isEmpty()) {
      return from.isEmpty() ? OptionalInt.of(all) : OptionalInt.empty();
    }
    boolean complete = outputs.stream().mapToInt(NetworkOutput::units).sum() == all;
    return named(from).filter(one -> complete).stream().mapToInt(NetworkOutput::units).findFirst();
  }

  /** The layout for people; what it is by default is left out. */
  public String words() {
    String kept =
        switch (output) {
          case UNITS -> input.words();
          case LAST_STEP -> input.words() + "; the last step of the output";
          case ALL -> input.words() + "; all numbers of the output";
        };
    return outputs.isEmpty()
        ? kept
        : outputs.stream()
            .map(one -> one.name() + " (" + one.units() + " units)")
            .collect(Collectors.joining(", ", kept + "; outputs ", ""));
  }
}
