package dev.nightjar.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The columns of a batch in their order. Names are unique and case-sensitive. */
public final class Schema {
  private final List<Field> fields;
  private final Map<String, Integer> positions;

  private Schema(List<Field> fields) {
    this.fields = List.copyOf(fields);
    this.positions = new HashMap<>();
    for (int i = 0; i < this.fields.size(); i++) {
      String name = this.fields.get(i).name();
      if (positions.putIfAbsent(name, i) != null) {
        throw new IllegalArgumentException(
            "a schema cannot hold the column '" + name + "' twice: " + this.fields);
      }
    }
  }

  /**
   * A schema of these fields.
   *
   * @throws IllegalArgumentException when a name occurs twice
   */
  public static Schema of(List<Field> fields) {
    return new Schema(fields);
  }

  /** {@link #of(List)} for fields that are written out. */
  public static Schema of(Field... fields) {
    return new Schema(List.of(fields));
  }

  public List<Field> fields() {
    return fields;
  }

  public List<String> names() {
    return fields.stream().map(Field::name).toList();
  }

  public int size() {
    return fields.size();
  }

  public Field field(int position) {
    return fields.get(position);
  }

  /** The position of the column of that name, empty when there is none. */
  public OptionalInt find(String name) {
    Integer position = positions.get(name);
    return position == null ? OptionalInt.empty() : OptionalInt.of(position);
  }

  /**
   * The position of the column of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public int position(String name) {
    return find(name)
        .orElseThrow(
            () -> new IllegalArgumentException("no column '" + name + "' among " + names()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schema that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
