package dev.nightjar.dl4j.compile;

import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;

/**
 * Which slot each column is at this point of the transform, and the steps so far. The kind of a
 * slot is that of the values that DataVec would hold there, which need not be the type of its
 * schema.
 */
final class Columns {
  private final List<Kind> slots = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private List<Integer> columns = new ArrayList<>();
  private Schema schema;

  Columns(Schema schema) {
    this.schema = schema;
  }

  Schema schema() {
    return schema;
  }

  List<Kind> slots() {
    return slots;
  }

  List<Step> steps() {
    return steps;
  }

  List<Integer> all() {
    return columns;
  }

  /**
   * Takes back what a step has added that could not be compiled to its end.
   *
   * @param slotCount how many slots there were before it
   * @param stepCount how many steps
   * @param before the slot of each column
   */
  void reset(int slotCount, int stepCount, List<Integer> before) {
    slots.subList(slotCount, slots.size()).clear();
    steps.subList(stepCount, steps.size()).clear();
    columns = new ArrayList<>(before);
  }

  /** A slot that nothing else uses. */
  int fresh(Kind kind) {
    slots.add(kind);
    return slots.size() - 1;
  }

  void add(Step step) {
    steps.add(step);
  }

  /** The columns as they are after a step; the schema names them. */
  void become(List<Integer> next, Schema named) {
    if (next.size() != named.numColumns()) {
      throw new Uncompilable("it makes other columns than its schema says");
    }
    Set<String> names = new HashSet<>(named.getColumnNames());
    if (names.size() != next.size()) {
      throw new Uncompilable("two of its columns have one name");
    }
    columns = new ArrayList<>(next);
    schema = named;
  }

  int place(String column) {
    int place = schema.getColumnNames().indexOf(column);
    if (place < 0) {
      throw new Uncompilable("there is no column '" + column + "'");
    }
    return place;
  }

  int slot(String column) {
    return columns.get(place(column));
  }

  Kind kind(String column) {
    return slots.get(slot(column));
  }

  ColumnMetaData metadata(String column) {
    return schema.getMetaData(place(column));
  }

  /**
   * The values of a column in this kind: its own slot, or a fresh one that they are converted to.
   */
  int in(String column, Kind kind, boolean keepNulls, String field) {
    int slot = slot(column);
    if (slots.get(slot) == kind) {
      return slot;
    }
    int converted = fresh(kind);
    add(new Step.Convert(slot, converted, keepNulls, field));
    return converted;
  }

  /** Where new values of a column go: its own slot when no other column is in it. */
  int out(String column, Kind kind) {
    int slot = slot(column);
    boolean own = columns.stream().filter(other -> other == slot).count() == 1;
    return own && slots.get(slot) == kind ? slot : fresh(kind);
  }

  /** A column is in another slot from now on. */
  void move(String column, int slot) {
    columns.set(place(column), slot);
  }
}
