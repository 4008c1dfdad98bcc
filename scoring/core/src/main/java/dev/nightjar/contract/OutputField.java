package dev.nightjar.contract;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One result that a bundle gives.
 *
 * @param name the column's name
 * @param type FLOAT or DOUBLE for a number, STRING for a class
 * @param of what it is made of
 * @param unit which unit of the network's output layer, from 0; unused for a class
 * @param threshold for a probability: at or above it the column {@code <name>_label} is true
 * @param classes for a class: the names of the output layer's units, in order
 * @param from the network's output that it is made of, whose units then count; empty where the
 *     network has one
 */
public record OutputField(
    String name,
    DataType type,
    Kind of,
    int unit,
    Optional<Double> threshold,
    List<String> classes,
    Optional<String> from) {

  /** What an output is made of. */
  public enum Kind {
    /** The unit's activation, which must lie in [0, 1]. */
    PROBABILITY,
    /** The unit's activation. */
    VALUE,
    /** The name of the unit with the greatest activation; of equal ones the first. */
    CLASS
  }

  private static final String LABEL_SUFFIX = "_label";

  /** An output of a network that has one. */
  public OutputField(
      String name,
      DataType type,
      Kind of,
      int unit,
      Optional<Double> threshold,
      List<String> classes) {
    this(name, type, of, unit, threshold, classes, Optional.empty());
  }

  public OutputField {
    requireNonNull(name, "name is null");
    requireNonNull(of, "of is null");
    classes = List.copyOf(classes);
  }

  /** A probability from a unit of the output layer, with a label at or above the threshold. */
  public static OutputField probability(String name, int unit, double threshold) {
    return new OutputField(
        name, DataType.FLOAT, Kind.PROBABILITY, unit, Optional.of(threshold), List.of());
  }

  /** The activation of a unit of the output layer. */
  public static OutputField value(String name, int unit) {
    return new OutputField(name, DataType.FLOAT, Kind.VALUE, unit, Optional.empty(), List.of());
  }

  /** The name of the strongest unit. */
  public static OutputField ofClass(String name, List<String> classes) {
    return new OutputField(name, DataType.STRING, Kind.CLASS, 0, Optional.empty(), classes);
  }

  /** The same, made of one of the network's outputs. */
  public OutputField madeFrom(String output) {
    return new OutputField(name, type, of, unit, threshold, classes, Optional.of(output));
  }

  /** Whether it can be made of the units of an output that has so many. */
  public boolean fits(int units) {
    return of == Kind.CLASS ? classes.size() == units : unit < units;
  }

  /** The columns that this output adds. */
  public List<Field> columns() {
    List<Field> columns = new ArrayList<>();
    columns.add(new Field(name, type));
    if (threshold.isPresent()) {
      columns.add(new Field(name + LABEL_SUFFIX, DataType.BOOLEAN));
    }
    return columns;
  }
}
