package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import java.util.Optional;

/**
 * One feature of a view.
 *
 * @param name what the joined column is called
 * @param column what the view's column is called
 * @param type what the column's values are read as, or what is computed of them comes as
 * @param aggregation what is computed of the column's values in a window; empty for the value of
 *     the row that answers
 * @param defaultValue what it is where the view has none
 */
public record Feature(
    String name,
    String column,
    DataType type,
    Optional<Aggregation> aggregation,
    DefaultValue defaultValue) {
  public Feature {
    requireNonNull(name, "name is null");
    requireNonNull(column, "column is null");
    requireNonNull(type, "type is null");
    requireNonNull(defaultValue, "defaultValue is null");
    Optional<DataType> computed = aggregation.flatMap(of -> of.function().result());
    if (computed.isPresent() && computed.get() != type) {
      throw new IllegalArgumentException(
          "feature '"
              + name
              + "' is a "
              + type.word()
              + " and what is computed a "
              + computed.get().word());
    }
  }

  /** One that is the value of the row that answers. */
  public Feature(String name, String column, DataType type, DefaultValue defaultValue) {
    this(name, column, type, Optional.empty(), defaultValue);
  }

  /** What the column's values are read as; empty where they are only counted. */
  public Optional<DataType> columnType() {
    return aggregation.filter(of -> of.function() == Aggregation.Function.COUNT).isPresent()
        ? Optional.empty()
        : Optional.of(type);
  }

  /** The same with another default. */
  public Feature withDefault(DefaultValue other) {
    return new Feature(name, column, type, aggregation, other);
  }
}
