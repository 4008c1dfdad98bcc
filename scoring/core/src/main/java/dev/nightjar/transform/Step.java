package dev.nightjar.transform;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;

/**
 * One step of a compiled transform: it reads slots, and writes one that nobody reads for its old
 * value any more. Renaming, removing, reordering and duplicating columns are no steps: the compiler
 * only remembers which slot a column is.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Step.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Step.Apply.class, name = "apply"),
  @JsonSubTypes.Type(value = Step.Real.class, name = "real"),
  @JsonSubTypes.Type(value = Step.Whole.class, name = "whole"),
  @JsonSubTypes.Type(value = Step.Combine.class, name = "combine"),
  @JsonSubTypes.Type(value = Step.Scale.class, name = "scale"),
  @JsonSubTypes.Type(value = Step.Convert.class, name = "convert"),
  @JsonSubTypes.Type(value = Step.Index.class, name = "index"),
  @JsonSubTypes.Type(value = Step.OneHot.class, name = "one-hot"),
  @JsonSubTypes.Type(value = Step.TimeField.class, name = "time-field"),
  @JsonSubTypes.Type(value = Step.Name.class, name = "name"),
  @JsonSubTypes.Type(value = Step.Text.class, name = "text"),
  @JsonSubTypes.Type(value = Step.Concatenate.class, name = "concatenate"),
  @JsonSubTypes.Type(value = Step.Choose.class, name = "choose"),
  @JsonSubTypes.Type(value = Step.Filter.class, name = "filter"),
  @JsonSubTypes.Type(value = Step.ByReference.class, name = "by-reference")
})
public sealed interface Step {

  /** The column that a row is rejected for here; empty when the step has several. */
  String field();

  /** A function of one number. */
  enum Function {
    ABS,
    ACOS,
    ASIN,
    ATAN,
    CEIL,
    COS,
    COSH,
    EXP,
    FLOOR,
    LOG,
    LOG10,
    SIGNUM,
    SIN,
    SINH,
    SQRT,
    TAN,
    TANH
  }

  /** What is done with two numbers. */
  enum Operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MODULUS,
    /** The second minus the first. */
    SUBTRACT_FROM,
    /** The second divided by the first. */
    DIVIDE_INTO,
    MIN,
    MAX
  }

  /** How numbers are scaled; {@code a} to {@code d} are the step's numbers. */
  enum Scaling {
    /** {@code (x - a) / b}. */
    STANDARDIZE,
    /** {@code d * (x - a) + c}, and 0 for NaN; {@code b} is not used. */
    MIN_MAX,
    /** {@code c * log2((x - a) / (b - a) + 1)}, and 0 for NaN; {@code d} is not used. */
    LOG2
  }

  /** What is done with a text. A null is the text {@code NullWritable}, as it is to DataVec. */
  enum TextOperation {
    /** Another text for those of the map. */
    MAP,
    /** The value, but for the texts of the list. */
    MAP_EXCEPT,
    /**
     * Every match of each key, a regular expression, replaced by its value, one after the other.
     */
    REPLACE,
    /** The value for the empty text. */
    IF_EMPTY,
    /** The value behind it. */
    APPEND,
    /** Without white space. */
    STRIP,
    /** The first digit, behind a minus too; else the value, or a rejection where it is empty. */
    FIRST_DIGIT
  }

  /** One value for every row: the operand is no slot. */
  record Constant(Operand value, int out, String field) implements Step {}

  /** A function of a slot of doubles, or of floats. */
  record Apply(int in, int out, Function function, String field) implements Step {}

  /** Arithmetic with a constant on doubles or floats. */
  record Real(int in, int out, Operation operation, double number, String field) implements Step {}

  /** Arithmetic with a constant on ints or longs; overflow wraps, division by zero rejects. */
  record Whole(int in, int out, Operation operation, long number, String field) implements Step {}

  /** Arithmetic over slots of one kind, from the first to the last. */
  record Combine(List<Integer> in, int out, Operation operation, String field) implements Step {
    public Combine {
      in = List.copyOf(in);
    }
  }

  /** A normalizer of DataVec on doubles. */
  record Scale(
      int in, int out, Scaling scaling, double a, double b, double c, double d, String field)
      implements Step {}

  /**
   * To the kind of {@code out}; texts are parsed, and a text that is no number rejects.
   *
   * @param keepNulls whether a null stays one, for a step behind it to judge; else it rejects
   */
  record Convert(int in, int out, boolean keepNulls, String field) implements Step {}

  /** The place of a text in a list; one that is not there rejects. */
  record Index(int in, int out, List<String> values, String field) implements Step {
    public Index {
      values = List.copyOf(values);
    }
  }

  /** Ones and zeros for an int from {@code least} on, one slot each; one outside rejects. */
  record OneHot(int in, List<Integer> out, int least, String field) implements Step {
    public OneHot {
      out = List.copyOf(out);
    }
  }

  /** What a calendar says of a time. */
  enum Calendar {
    YEAR,
    MONTH_OF_YEAR,
    DAY_OF_MONTH,
    DAY_OF_YEAR,
    /** Monday is 1. */
    DAY_OF_WEEK,
    HOUR_OF_DAY,
    MINUTE_OF_HOUR,
    MINUTE_OF_DAY,
    SECOND_OF_MINUTE,
    SECOND_OF_DAY,
    MILLI_OF_SECOND
  }

  /**
   * A field of a time in milliseconds, by the calendar of ISO 8601.
   *
   * @param zone of the IANA database
   */
  record TimeField(int in, int out, Calendar calendar, String zone, String field) implements Step {}

  /** The text for an int; one that has none rejects. */
  record Name(int in, int out, Map<Integer, String> names, String field) implements Step {
    public Name {
      names = Map.copyOf(names);
    }
  }

  /**
   * What is done with texts, one by one.
   *
   * @param pairs a list, because their order counts
   */
  record Text(
      int in,
      int out,
      TextOperation operation,
      List<Pair> pairs,
      List<String> list,
      String value,
      String field)
      implements Step {
    public Text {
      pairs = List.copyOf(pairs);
      list = List.copyOf(list);
    }
  }

  /** What becomes of what. */
  record Pair(String from, String to) {}

  /** Texts one behind the other. */
  record Concatenate(List<Integer> in, int out, String delimiter, String field) implements Step {
    public Concatenate {
      in = List.copyOf(in);
    }
  }

  /** One of two values, by a condition. */
  record Choose(Condition when, Operand then, Operand otherwise, int out, String field)
      implements Step {}

  /** Takes out the rows for which the condition is true. */
  record Filter(Condition when, String field) implements Step {}

  /**
   * A step that training's own library runs, row by row, because it is not compiled.
   *
   * @param action its place in the source's transform, from 0
   * @param name what that library calls it
   * @param why it is not compiled
   * @param in the slots of all columns before it, in order; none of them is written
   * @param made the slots that it fills; it filters rows, too, where the library's step does
   * @param places for each of those which column after the step it is
   */
  record ByReference(
      int action,
      String name,
      String why,
      List<Integer> in,
      List<Integer> made,
      List<Integer> places,
      String field)
      implements Step {
    public ByReference {
      in = List.copyOf(in);
      made = List.copyOf(made);
      places = List.copyOf(places);
    }

    /** The step for people, with the reason. */
    public String words() {
      return name + " (" + why + ")";
    }
  }
}
