package dev.nightjar.dl4j.compile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;

/**
 * Steps that are not compiled themselves and run by reference among steps that are. There must be
 * no doubt about the kind of values that they make: a step that leaves values of two kinds in a
 * column keeps the whole transform by reference.
 */
final class ReferenceStepCompiler {
  private final Columns columns;
  private final JsonNode json;
  private final DataAction action;
  private final String name;
  private final Schema after;
  private final List<Integer> made = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();

  /**
   * @param after the schema behind the step
   */
  ReferenceStepCompiler(
      Columns columns, JsonNode json, DataAction action, String name, Schema after) {
    this.columns = columns;
    this.json = json;
    this.action = action;
    this.name = name;
    this.after = after;
  }

  /**
   * Adds the step.
   *
   * @param index its place in the transform
   * @param why it is not compiled
   * @param field the column that a row is rejected for
   * @throws Uncompilable when it is not known what it makes
   */
  void compile(int index, Uncompilable why, String field) {
    List<Integer> before = List.copyOf(columns.all());
    List<Integer> next = action.getTransform() == null ? before : next(why);
    columns.add(
        new Step.ByReference(
            index, name, String.valueOf(why.getMessage()), before, made, places, field));
    columns.become(next, after);
  }

  private List<Integer> next(Uncompilable why) {
    return switch (name) {
      case "StringToTimeTransform" -> replaced(json.path("columnName").asText(), Kind.LONG);
      case "ChangeCaseStringTransform" -> replaced(json.path("columnName").asText(), Kind.TEXT);
      case "ConditionalReplaceValueTransform" -> {
        var one = (ConditionalReplaceValueTransform) action.getTransform();
        yield replaced(StepCompiler.kindOr(one.getNewValue(), replacedKind()));
      }
      case "ConditionalReplaceValueTransformWithDefault" -> {
        var both = (ConditionalReplaceValueTransformWithDefault) action.getTransform();
        StepCompiler.kindOr(both.getNoVal(), replacedKind());
        Kind kind = StepCompiler.kindOr(both.getYesVal(), replacedKind());
        if (StepCompiler.kindOr(both.getNoVal(), kind) != kind) {
          throw why;
        }
        yield replaced(kind);
      }
      case "ConditionalCopyValueTransform" ->
          replaced(columns.kind(json.path("sourceColumn").asText()));
      case "DeriveColumnsFromTimeTransform" -> derived();
      default -> throw why;
    };
  }

  private Kind replacedKind() {
    return columns.kind(json.path("columnToReplace").asText());
  }

  /** A conditional step leaves the values that were there, too. */
  private List<Integer> replaced(Kind kind) {
    String column = json.path("columnToReplace").asText();
    if (columns.kind(column) != kind) {
      throw new Uncompilable("it leaves values of two kinds in '" + column + "'");
    }
    return replaced(column, kind);
  }

  private List<Integer> replaced(String column, Kind kind) {
    int place = columns.place(column);
    List<Integer> next = new ArrayList<>(columns.all());
    next.set(place, make(kind, place));
    return next;
  }

  private List<Integer> derived() {
    List<Integer> next = new ArrayList<>(columns.all());
    int place = columns.place(json.path("insertAfter").asText()) + 1;
    for (JsonNode one : json.path("derivedColumns")) {
      boolean number = one.path("columnType").asText().equals("Integer");
      next.add(place, make(number ? Kind.INT : Kind.TEXT, place));
      place++;
    }
    return next;
  }

  private int make(Kind kind, int place) {
    int slot = columns.fresh(kind);
    made.add(slot);
    places.add(place);
    return slot;
  }
}
