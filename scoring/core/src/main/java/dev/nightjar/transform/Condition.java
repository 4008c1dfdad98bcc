package dev.nightjar.transform;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * What is asked of a row, as DataVec asks it: parts are asked in their order until the answer is
 * known, and a part that cannot take the row's value rejects the row.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Condition.All.class, name = "all"),
  @JsonSubTypes.Type(value = Condition.Any.class, name = "any"),
  @JsonSubTypes.Type(value = Condition.Not.class, name = "not"),
  @JsonSubTypes.Type(value = Condition.OneOf.class, name = "one-of"),
  @JsonSubTypes.Type(value = Condition.Compare.class, name = "compare"),
  @JsonSubTypes.Type(value = Condition.Among.class, name = "among"),
  @JsonSubTypes.Type(value = Condition.TextAmong.class, name = "text-among"),
  @JsonSubTypes.Type(value = Condition.Matches.class, name = "matches"),
  @JsonSubTypes.Type(value = Condition.IsNull.class, name = "null"),
  @JsonSubTypes.Type(value = Condition.IsNaN.class, name = "nan"),
  @JsonSubTypes.Type(value = Condition.IsInfinite.class, name = "infinite")
})
public sealed interface Condition {

  /** How two numbers are compared. */
  enum Comparison {
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    EQUAL,
    NOT_EQUAL
  }

  /** True when all are. */
  record All(List<Condition> of) implements Condition {
    public All {
      of = List.copyOf(of);
    }
  }

  /** True when one is. */
  record Any(List<Condition> of) implements Condition {
    public Any {
      of = List.copyOf(of);
    }
  }

  record Not(Condition of) implements Condition {}

  /** True when exactly one of the two is. */
  record OneOf(Condition first, Condition second) implements Condition {}

  /**
   * A number held against another.
   *
   * @param value exact for the slot's kind, as text
   */
  record Compare(int slot, Comparison how, String value) implements Condition {}

  /** Whether a number is one of these. NaN is one of a set that holds NaN; 0.0 is not -0.0. */
  record Among(int slot, List<String> values) implements Condition {
    public Among {
      values = List.copyOf(values);
    }
  }

  /** Whether a text is one of these. */
  record TextAmong(int slot, List<String> values) implements Condition {
    public TextAmong {
      values = List.copyOf(values);
    }
  }

  /** Whether the whole text matches a regular expression of {@link java.util.regex.Pattern}. */
  record Matches(int slot, String pattern) implements Condition {}

  record IsNull(int slot) implements Condition {}

  record IsNaN(int slot) implements Condition {}

  record IsInfinite(int slot) implements Condition {}
}
