package dev.nightjar.data;

import static java.util.Objects.requireNonNull;

/** A named, typed column of a {@link Schema}. Every field can hold nulls. */
public record Field(String name, DataType type) {
  public Field {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
  }

  @Override
  public String toString() {
    return name + ": " + type.word();
  }
}
