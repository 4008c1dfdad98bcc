package dev.nightjar.online.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.nightjar.data.DataType;
import dev.nightjar.online.json.ExactNumbers;
import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.Shown;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a value of JSON is as a value of a type.
 *
 * @param value boxed as a column of the type boxes it; null where it is none
 * @param wrong why it is none and what to write instead; empty where it is one
 */
record RowValue(@Nullable Object value, Optional<String> wrong) {

  private static RowValue of(Object value) {
    return new RowValue(value, Optional.empty());
  }

  private static RowValue no(String why) {
    return new RowValue(null, Optional.of(why));
  }

  /** The type of a key of which only its values are known. */
  static DataType typeOfKey(@Nullable JsonToken token) {
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      return DataType.LONG;
    }
    return token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE
        ? DataType.BOOLEAN
        : DataType.STRING;
  }

  /**
   * The value on which a parser stands.
   *
   * @param in on a value that is not null; left there
   */
  static RowValue read(JsonParser in, DataType type) throws IOException {
    return switch (type) {
      case BOOLEAN -> truth(in);
      case STRING -> text(in);
      case TIMESTAMP -> time(in);
      case INTEGER, LONG -> whole(in, type);
      case FLOAT, DOUBLE -> decimal(in, type);
    };
  }

  private static RowValue truth(JsonParser in) {
    return switch (in.currentToken()) {
      case VALUE_TRUE -> of(true);
      case VALUE_FALSE -> of(false);
      default -> no("write true or false, without quotes");
    };
  }

  private static RowValue text(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_STRING ->
          JsonBytes.isWellFormed(in.getText())
              ? of(in.getText())
              : no("it has half a character (an unpaired surrogate); escape both halves");
      case VALUE_TRUE -> of("true");
      case VALUE_FALSE -> of("false");
      case VALUE_NUMBER_INT -> {
        OptionalLong number = ExactNumbers.whole(in.getText());
        yield number.isPresent()
            ? of(Long.toString(number.getAsLong()))
            : no("it is beyond the whole numbers of 64 bits; write it in quotes");
      }
      case VALUE_NUMBER_FLOAT -> no("a fraction can be written in many ways; write it in quotes");
      default -> no("write one text in quotes");
    };
  }

  private static RowValue time(JsonParser in) throws IOException {
    OptionalLong micros =
        in.currentToken() == JsonToken.VALUE_STRING
            ? ExactNumbers.micros(in.getText())
            : OptionalLong.empty();
    return micros.isPresent()
        ? of(micros.getAsLong())
        : no(
            "write a time of ISO-8601 with its offset in quotes, such as"
                + " \"2013-11-30T05:00:00Z\"");
  }

  private static RowValue whole(JsonParser in, DataType type) throws IOException {
    if (!in.currentToken().isNumeric()) {
      return no("write a whole number, without quotes");
    }
    OptionalLong number = ExactNumbers.whole(in.getText());
    if (number.isPresent() && (type == DataType.LONG || isInt(number.getAsLong()))) {
      return of(type == DataType.LONG ? (Object) number.getAsLong() : (int) number.getAsLong());
    }
    if (number.isEmpty() && ExactNumbers.hasFraction(in.getText())) {
      return no("it has a fraction; write a whole number");
    }
    return type == DataType.LONG
        ? no("write a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE)
        : no("write a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
  }

  private static boolean isInt(long number) {
    return number == (int) number;
  }

  private static RowValue decimal(JsonParser in, DataType type) throws IOException {
    if (!in.currentToken().isNumeric()) {
      return no("write a number, without quotes");
    }
    if (type == DataType.FLOAT) {
      float number = Float.parseFloat(in.getText());
      return Float.isFinite(number) ? of(number) : no(tooLarge(Float.toString(Float.MAX_VALUE)));
    }
    double number = Double.parseDouble(in.getText());
    return Double.isFinite(number) ? of(number) : no(tooLarge(Double.toString(Double.MAX_VALUE)));
  }

  private static String tooLarge(String greatest) {
    return "it is not finite in that type; write a number from -" + greatest + " to " + greatest;
  }

  /** The value on which a parser stands, for messages. */
  static String shown(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_STRING -> Shown.text(in.getText());
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      default -> Shown.piece(in.getText());
    };
  }
}
