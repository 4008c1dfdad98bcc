package dev.nightjar.transform;

import dev.nightjar.data.DataType;
import java.util.List;

/**
 * A compiled transform: columns come into slots, steps go over them, and slots go out as columns of
 * numbers. Immutable and checked: no step reads a slot that holds nothing yet, or another kind than
 * it takes.
 *
 * @param slots the kind of each slot
 * @param steps in the order in which they run
 * @param outputs the transform's columns, in order
 */
public record Program(
    List<Input> inputs, List<Kind> slots, List<Step> steps, List<Output> outputs) {

  /** How many slots there may be: each costs memory for every row of a batch. */
  public static final int MOST_SLOTS = 16_384;

  /** A column that comes into a slot; times come as milliseconds. */
  public record Input(String name, DataType type, int slot) {

    /** The kind of the slot that a column of a type comes into. */
    public static Kind kind(DataType type) {
      return switch (type) {
        case BOOLEAN -> Kind.BOOLEAN;
        case INTEGER -> Kind.INT;
        case LONG, TIMESTAMP -> Kind.LONG;
        case FLOAT -> Kind.FLOAT;
        case DOUBLE -> Kind.DOUBLE;
        case STRING -> Kind.TEXT;
      };
    }
  }

  /** A slot that goes out under a name. */
  public record Output(String name, int slot) {}

  /**
   * @throws IllegalArgumentException when a step does not fit its slots; the message names both
   */
  public Program {
    inputs = List.copyOf(inputs);
    slots = List.copyOf(slots);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    new ProgramCheck(inputs, slots, steps, outputs).run();
  }

  /** The steps that are not compiled, in order. */
  public List<Step.ByReference> byReference() {
    return steps.stream()
        .filter(Step.ByReference.class::isInstance)
        .map(Step.ByReference.class::cast)
        .toList();
  }
}
