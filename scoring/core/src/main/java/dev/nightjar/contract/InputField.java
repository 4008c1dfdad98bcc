package dev.nightjar.contract;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import java.util.List;
import java.util.Optional;

/**
 * One column that a bundle takes.
 *
 * @param name the column's name
 * @param type what the transform sees it as
 * @param category whether only the listed values are known; then the type is a string
 * @param values the known values of a category, in the order of training
 * @param onMissing what a null means
 * @param defaultValue what a null becomes under {@link OnMissing#IMPUTE}, of the field's type
 * @param range the least and greatest valid number, both inclusive
 * @param onInvalid what a value means that is out of range, not finite or not of the type
 * @param onUnknown what an unknown value of a category means
 * @param other what an unknown value becomes under {@link OnUnknown#OTHER}
 */
public record InputField(
    String name,
    DataType type,
    boolean category,
    List<String> values,
    OnMissing onMissing,
    Optional<Object> defaultValue,
    Optional<Range> range,
    OnInvalid onInvalid,
    OnUnknown onUnknown,
    Optional<String> other) {

  /** What becomes of a row in which the value is missing. */
  public enum OnMissing {
    /** The row is rejected. */
    REJECT,
    /** The default stands in, and the row is flagged {@code imputed:<field>}. */
    IMPUTE,
    /** The transform sees a null. */
    PASS
  }

  /** What becomes of a row in which the value is invalid. */
  public enum OnInvalid {
    /** The row is rejected. */
    REJECT,
    /** The value counts as missing. */
    MISSING
  }

  /** What becomes of a row in which the category is unknown. */
  public enum OnUnknown {
    /** The row is flagged {@code unknown-category:<field>} and the transform sees the value. */
    FLAG,
    /** The row is rejected. */
    REJECT,
    /** The row is flagged and a known category stands in. */
    OTHER
  }

  /** Numbers from least to greatest, both inclusive. */
  public record Range(double least, double greatest) {
    /** True when the number lies within; NaN does not. */
    public boolean contains(double number) {
      return number >= least && number <= greatest;
    }

    @Override
    public String toString() {
      return "[" + least + ", " + greatest + "]";
    }
  }

  public InputField {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    values = List.copyOf(values);
  }

  /** A field whose missing and invalid values reject the row. */
  public static InputField required(String name, DataType type) {
    return new InputField(
        name,
        type,
        false,
        List.of(),
        OnMissing.REJECT,
        Optional.empty(),
        Optional.empty(),
        OnInvalid.REJECT,
        OnUnknown.REJECT,
        Optional.empty());
  }

  /** A category whose missing and unknown values reject the row. */
  public static InputField category(String name, List<String> values) {
    return new InputField(
        name,
        DataType.STRING,
        true,
        values,
        OnMissing.REJECT,
        Optional.empty(),
        Optional.empty(),
        OnInvalid.REJECT,
        OnUnknown.REJECT,
        Optional.empty());
  }

  /** What a row is flagged with when the default stands in. */
  public String imputedFlag() {
    return "imputed:" + name;
  }

  /** What a row is flagged with when the category is unknown and the row goes on. */
  public String unknownFlag() {
    return "unknown-category:" + name;
  }

  /** What the contract calls the type. */
  public String typeWord() {
    return category ? "category" : type.word();
  }
}
