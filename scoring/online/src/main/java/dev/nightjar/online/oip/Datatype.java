package dev.nightjar.online.oip;

import dev.nightjar.data.DataType;
import dev.nightjar.online.json.ExactNumbers;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.oip.TensorData.Digits;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The datatypes of the protocol, and the columns that hold their values exactly. */
public enum Datatype {
  BOOL(DataType.BOOLEAN),
  UINT8(DataType.INTEGER, 0, 255),
  UINT16(DataType.INTEGER, 0, 65_535),
  UINT32(DataType.LONG, 0, 4_294_967_295L),
  /** Up to the greatest long: no column holds more. */
  UINT64(DataType.LONG, 0, Long.MAX_VALUE),
  INT8(DataType.INTEGER, Byte.MIN_VALUE, Byte.MAX_VALUE),
  INT16(DataType.INTEGER, Short.MIN_VALUE, Short.MAX_VALUE),
  INT32(DataType.INTEGER, Integer.MIN_VALUE, Integer.MAX_VALUE),
  INT64(DataType.LONG, Long.MIN_VALUE, Long.MAX_VALUE),
  /** Within the range of 16 bits; digits beyond them are kept, as far as a float has them. */
  FP16(DataType.FLOAT),
  FP32(DataType.FLOAT),
  FP64(DataType.DOUBLE),
  /** Texts: in JSON bytes are characters. */
  BYTES(DataType.STRING);

  private static final float GREATEST_FP16 = 65_504;

  private final DataType column;
  private final long least;
  private final long greatest;

  Datatype(DataType column) {
    this(column, 0, 0);
  }

  Datatype(DataType column, long least, long greatest) {
    this.column = column;
    this.least = least;
    this.greatest = greatest;
  }

  /** The type of a column of such values. */
  public DataType column() {
    return column;
  }

  /** The datatype of that name. */
  public static Optional<Datatype> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Their names, for messages. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Datatype::name).toList();
  }

  /** In which values of a type are sent; times are texts in ISO-8601. */
  public static Datatype of(DataType type) {
    return switch (type) {
      case BOOLEAN -> BOOL;
      case INTEGER -> INT32;
      case LONG -> INT64;
      case FLOAT -> FP32;
      case DOUBLE -> FP64;
      case STRING, TIMESTAMP -> BYTES;
    };
  }

  /**
   * A value of a tensor's data.
   *
   * @param value boxed as a column of {@link #column} boxes it; null where there is none
   * @param wrong why it is none; empty where it is one
   */
  record Element(@Nullable Object value, Optional<String> wrong) {
    private static Element of(Object value) {
      return new Element(value, Optional.empty());
    }

    private static Element no(String why) {
      return new Element(null, Optional.of(why));
    }
  }

  /**
   * A value of JSON as one of this datatype.
   *
   * @param scalar a Boolean, a String, or the {@link Digits} of a number
   */
  Element element(Object scalar) {
    return switch (column) {
      case BOOLEAN ->
          scalar instanceof Boolean ? Element.of(scalar) : Element.no("write true or false");
      case STRING -> text(scalar);
      case INTEGER, LONG ->
          scalar instanceof Digits digits ? whole(digits.text()) : Element.no("write a number");
      case FLOAT, DOUBLE ->
          scalar instanceof Digits digits ? decimal(digits.text()) : Element.no("write a number");
      case TIMESTAMP -> throw new IllegalStateException(name() + " is no time");
    };
  }

  private static Element text(Object scalar) {
    if (!(scalar instanceof String text)) {
      return Element.no("write a text in quotes");
    }
    return JsonBytes.isWellFormed(text)
        ? Element.of(text)
        : Element.no("it has half a character (an unpaired surrogate); escape both halves");
  }

  private Element whole(String digits) {
    OptionalLong number = ExactNumbers.whole(digits);
    if (number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= greatest) {
      return Element.of(
          column == DataType.LONG ? (Object) number.getAsLong() : (int) number.getAsLong());
    }
    return number.isEmpty() && ExactNumbers.hasFraction(digits)
        ? Element.no("it has a fraction; write a whole number")
        : Element.no("write a whole number from " + least + " to " + greatest);
  }

  private Element decimal(String digits) {
    if (this == FP64) {
      double number = Double.parseDouble(digits);
      return Double.isFinite(number)
          ? Element.of(number)
          : tooLarge(Double.toString(Double.MAX_VALUE));
    }
    float number = Float.parseFloat(digits);
    float most = this == FP16 ? GREATEST_FP16 : Float.MAX_VALUE;
    return Math.abs(number) <= most ? Element.of(number) : tooLarge(Float.toString(most));
  }

  private static Element tooLarge(String greatest) {
    return Element.no(
        "it is beyond the datatype; write a number from -" + greatest + " to " + greatest);
  }
}
