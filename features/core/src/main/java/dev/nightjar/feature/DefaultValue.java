package dev.nightjar.feature;

/** What a feature is where the view has no value for it. */
public sealed interface DefaultValue {

  /** Null; the contract decides what becomes of the row. */
  record None() implements DefaultValue {}

  /**
   * A value written in the view, of the feature's type (Boolean, Integer, Long, Float, Double,
   * String; a timestamp as Long microseconds). A text that reads like a statistic is written {@code
   * default: {value: mean}}.
   */
  record Constant(Object value) implements DefaultValue {}

  /** A figure over the matched values of the training set, kept in the bundle. */
  record Statistic(Kind kind) implements DefaultValue {}

  /** Which figure. */
  enum Kind {
    /** Arithmetic mean; of whole-number features rounded half up. */
    MEAN,
    MIN,
    MAX,
    /** The commonest value, of equally common ones the least. */
    MOST_FREQUENT
  }
}
