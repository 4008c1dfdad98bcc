package dev.nightjar.feature;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;

/**
 * One feature of a view.
 *
 * @param name what the joined column is called
 * @param column what the view's column is called
 * @param type what the column's values are read as
 * @param defaultValue what it is where the view has none
 */
public record Feature(String name, String column, DataType type, DefaultValue defaultValue) {
  public Feature {
    requireNonNull(name, "name is null");
    requireNonNull(column, "column is null");
    requireNonNull(type, "type is null");
    requireNonNull(defaultValue, "defaultValue is null");
  }
}
