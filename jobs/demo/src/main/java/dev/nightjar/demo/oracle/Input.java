package dev.nightjar.demo.oracle;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One input of a model, in the judge's own words.
 *
 * @param missing what a missing value means
 * @param standIn what a missing value becomes where it is filled in
 * @param least the least valid number
 * @param greatest the greatest valid number
 * @param invalidIsMissing whether an invalid value counts as missing; else it rejects the row
 * @param known the known values of a category
 * @param unknown what an unknown value of a category means
 * @param other what an unknown value becomes where it is replaced
 */
public record Input(
    String name,
    Kind kind,
    Missing missing,
    @Nullable Object standIn,
    double least,
    double greatest,
    boolean invalidIsMissing,
    Set<String> known,
    Unknown unknown,
    @Nullable String other) {

  /** What its values are. */
  public enum Kind {
    NUMBER,
    WHOLE_NUMBER,
    TRUTH,
    TIME,
    TEXT,
    CATEGORY
  }

  /** What becomes of a row in which it is missing. */
  public enum Missing {
    REJECTS,
    IS_FILLED_IN,
    IS_PASSED_ON
  }

  /** What becomes of a row in which the category is not known. */
  public enum Unknown {
    REJECTS,
    IS_PASSED_ON,
    IS_REPLACED
  }

  public Input {
    requireNonNull(name, "name is null");
    known = Set.copyOf(known);
  }

  /** An input whose missing and invalid values reject the row. */
  public static Input of(String name, Kind kind) {
    return new Input(
        name,
        kind,
        Missing.REJECTS,
        null,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        false,
        Set.of(),
        Unknown.REJECTS,
        null);
  }

  /** A category; what is not known rejects the row. */
  public static Input category(String name, Set<String> known) {
    return of(name, Kind.CATEGORY).withKnown(known, Unknown.REJECTS, null);
  }

  /** The same with known values. */
  public Input withKnown(Set<String> values, Unknown rule, @Nullable String replacement) {
    return new Input(
        name, kind, missing, standIn, least, greatest, invalidIsMissing, values, rule, replacement);
  }

  /** The same with a value for rows in which it is missing. */
  public Input withStandIn(Object value) {
    return new Input(
        name,
        kind,
        Missing.IS_FILLED_IN,
        value,
        least,
        greatest,
        invalidIsMissing,
        known,
        unknown,
        other);
  }

  /** The same whose missing values go on as nulls. */
  public Input withNullsPassedOn() {
    return new Input(
        name,
        kind,
        Missing.IS_PASSED_ON,
        null,
        least,
        greatest,
        invalidIsMissing,
        known,
        unknown,
        other);
  }

  /** The same with bounds, both inclusive. */
  public Input withRange(double from, double to) {
    return new Input(
        name, kind, missing, standIn, from, to, invalidIsMissing, known, unknown, other);
  }

  /** The same whose invalid values count as missing. */
  public Input withInvalidAsMissing() {
    return new Input(name, kind, missing, standIn, least, greatest, true, known, unknown, other);
  }
}
