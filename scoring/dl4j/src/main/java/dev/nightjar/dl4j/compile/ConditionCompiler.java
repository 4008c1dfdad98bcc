package dev.nightjar.dl4j.compile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.transform.Condition;
import dev.nightjar.transform.Condition.Comparison;
import dev.nightjar.transform.Kind;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.metadata.BooleanMetaData;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.DoubleMetaData;
import org.datavec.api.transform.metadata.FloatMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.metadata.LongMetaData;
import org.datavec.api.transform.metadata.StringMetaData;
import org.datavec.api.transform.metadata.TimeMetaData;

/** Compiles DataVec's conditions, read from their JSON. */
final class ConditionCompiler {
  private final Columns columns;

  ConditionCompiler(Columns columns) {
    this.columns = columns;
  }

  Condition compile(JsonNode json) {
    String column = json.path("columnName").asText();
    return switch (DatavecJson.simpleName(json)) {
      case "BooleanCondition" -> combined(json);
      case "DoubleColumnCondition" -> numbers(json, column, Kind.DOUBLE);
      case "FloatColumnCondition" -> numbers(json, column, Kind.FLOAT);
      case "IntegerColumnCondition" -> numbers(json, column, Kind.INT);
      case "LongColumnCondition", "TimeColumnCondition" -> numbers(json, column, Kind.LONG);
      case "CategoricalColumnCondition", "StringColumnCondition" -> texts(json, column);
      case "StringRegexColumnCondition" ->
          new Condition.Matches(text(column), json.path("regex").asText());
      case "NullWritableColumnCondition" -> new Condition.IsNull(columns.slot(column));
      case "TrivialColumnCondition" -> new Condition.All(List.of());
      default ->
          throw new Uncompilable(
              "the condition " + DatavecJson.simpleName(json) + " is not compiled");
    };
  }

  private Condition combined(JsonNode json) {
    List<Condition> parts = new ArrayList<>();
    json.path("conditions").forEach(part -> parts.add(compile(part)));
    return switch (json.path("type").asText()) {
      case "AND" -> new Condition.All(parts);
      case "OR" -> new Condition.Any(parts);
      case "NOT" -> new Condition.Not(parts.get(0));
      case "XOR" -> new Condition.OneOf(parts.get(0), parts.get(1));
      default -> throw new Uncompilable("conditions are joined by " + json.path("type"));
    };
  }

  private Condition numbers(JsonNode json, String column, Kind kind) {
    int slot = number(column, kind);
    String op = json.path("op").asText();
    if (!isOfSet(op)) {
      return new Condition.Compare(slot, comparison(op), json.path("value").asText());
    }
    return negatedBy(op, new Condition.Among(slot, set(json)));
  }

  private static boolean isOfSet(String op) {
    return op.equals("InSet") || op.equals("NotInSet");
  }

  /** The elements, sorted: the same condition gives the same bytes. */
  private static List<String> set(JsonNode json) {
    return DatavecJson.texts(json.path("set")).stream().sorted().toList();
  }

  private static Condition negatedBy(String op, Condition among) {
    return op.startsWith("Not") ? new Condition.Not(among) : among;
  }

  private static Comparison comparison(String op) {
    return switch (op) {
      case "LessThan" -> Comparison.LESS;
      case "LessOrEqual" -> Comparison.LESS_OR_EQUAL;
      case "GreaterThan" -> Comparison.GREATER;
      case "GreaterOrEqual" -> Comparison.GREATER_OR_EQUAL;
      case "Equal" -> Comparison.EQUAL;
      case "NotEqual" -> Comparison.NOT_EQUAL;
      default -> throw new Uncompilable("the comparison " + op + " is not compiled");
    };
  }

  private Condition texts(JsonNode json, String column) {
    String op = json.path("op").asText();
    if (!isOfSet(op) && !op.equals("Equal") && !op.equals("NotEqual")) {
      throw new Uncompilable("texts are compared by " + op);
    }
    List<String> values = isOfSet(op) ? set(json) : List.of(json.path("value").asText());
    return negatedBy(op, new Condition.TextAmong(text(column), values));
  }

  /** A number in this kind; nulls stay, because a part before may have asked for them. */
  private int number(String column, Kind kind) {
    if (columns.kind(column) == Kind.TEXT) {
      throw new Uncompilable(
          "a condition on numbers parses the texts of '" + column + "' only when it comes to them");
    }
    return columns.in(column, kind, true, column);
  }

  private int text(String column) {
    return columns.in(column, Kind.TEXT, false, column);
  }

  /** What DataVec's metadata of a column calls invalid. */
  Condition invalid(String column) {
    ColumnMetaData metadata = columns.metadata(column);
    Kind kind = columns.kind(column);
    int slot = columns.slot(column);
    if (metadata instanceof BooleanMetaData) {
      return new Condition.Any(List.of());
    } else if (metadata instanceof CategoricalMetaData categories) {
      return new Condition.Not(new Condition.TextAmong(text(column), categories.getStateNames()));
    } else if (metadata instanceof StringMetaData text
        && text.getMinLength() == null
        && text.getMaxLength() == null) {
      return text.getRegex() == null
          ? new Condition.Any(List.of())
          : new Condition.Not(new Condition.Matches(text(column), text.getRegex()));
    } else if (metadata instanceof IntegerMetaData whole && kind == Kind.INT) {
      return outside(slot, whole.getMinAllowedValue(), whole.getMaxAllowedValue());
    } else if (metadata instanceof LongMetaData whole && kind == Kind.LONG) {
      return outside(slot, whole.getMinAllowedValue(), whole.getMaxAllowedValue());
    } else if (metadata instanceof TimeMetaData time && kind == Kind.LONG) {
      return outside(slot, time.getMinValidTime(), time.getMaxValidTime());
    } else if (metadata instanceof DoubleMetaData real && kind == Kind.DOUBLE) {
      return allowing(
          slot,
          real.isAllowNaN(),
          real.isAllowInfinite(),
          outside(slot, real.getMinAllowedValue(), real.getMaxAllowedValue()));
    } else if (metadata instanceof FloatMetaData real && kind == Kind.FLOAT) {
      return allowing(
          slot,
          real.isAllowNaN(),
          real.isAllowInfinite(),
          outside(slot, real.getMinAllowedValue(), real.getMaxAllowedValue()));
    }
    throw new Uncompilable(
        "whether a "
            + kind
            + " is a valid "
            + metadata.getColumnType()
            + " as '"
            + column
            + "' declares it is not compiled");
  }

  private static Condition outside(int slot, Number least, Number greatest) {
    List<Condition> parts = new ArrayList<>();
    parts.add(new Condition.IsNull(slot));
    if (least != null) {
      parts.add(new Condition.Compare(slot, Comparison.LESS, least.toString()));
    }
    if (greatest != null) {
      parts.add(new Condition.Compare(slot, Comparison.GREATER, greatest.toString()));
    }
    return new Condition.Any(parts);
  }

  private static Condition allowing(int slot, boolean nan, boolean infinite, Condition outside) {
    List<Condition> allowed = new ArrayList<>();
    if (nan) {
      allowed.add(new Condition.IsNaN(slot));
    }
    if (infinite) {
      allowed.add(new Condition.IsInfinite(slot));
    }
    if (allowed.isEmpty()) {
      return outside;
    }
    return new Condition.Any(
        List.of(
            new Condition.IsNull(slot),
            new Condition.All(List.of(new Condition.Not(new Condition.Any(allowed)), outside))));
  }
}
