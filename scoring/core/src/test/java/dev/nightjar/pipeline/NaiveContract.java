package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A contract's rules for one row after the other and value by value, boxed: what the law says. */
final class NaiveContract {
  private static final Object INVALID = new Object();

  private final Contract contract;
  private final ColumnBatch rows;
  final Fate[] fates;

  /** The values of the contract's fields for each row. */
  final Object[][] values;

  /** What became of a row. */
  static final class Fate {
    boolean filtered;
    Optional<Rejection> rejection = Optional.empty();
    final List<String> flags = new ArrayList<>();

    boolean isAlive() {
      return !filtered && rejection.isEmpty();
    }

    void reject(Stage stage, String field, String reason) {
      if (isAlive()) {
        rejection = Optional.of(new Rejection(stage, field, reason));
      }
    }
  }

  /**
   * @param fates before; rows may have been stopped already
   */
  NaiveContract(Contract contract, ColumnBatch rows, Fate[] fates) {
    this.contract = contract;
    this.rows = rows;
    this.fates = fates;
    this.values = new Object[rows.rows()][contract.inputs().size()];
  }

  void run() {
    for (int row = 0; row < rows.rows(); row++) {
      for (int i = 0; i < contract.inputs().size() && fates[row].isAlive(); i++) {
        values[row][i] = value(contract.inputs().get(i), row);
      }
    }
  }

  private Object value(InputField field, int row) {
    Column source = rows.column(field.name());
    Object before = source.get(row);
    Object value = convert(before, field.type());
    String broken = null;
    if (value == INVALID) {
      broken = quote(before) + " is not a finite " + field.typeWord();
    } else if (value instanceof Number number
        && field.range().isPresent()
        && !field.range().get().contains(number.doubleValue())) {
      broken = quote(value) + " is outside the range " + field.range().get();
    }
    if (broken != null && field.onInvalid() == OnInvalid.REJECT) {
      fates[row].reject(Stage.CONTRACT, field.name(), broken);
      return null;
    }
    if (value == null || broken != null) {
      return missing(field, fates[row]);
    }
    return field.category() && !field.values().contains(value)
        ? unknown(field, (String) value, fates[row])
        : value;
  }

  private static Object missing(InputField field, Fate fate) {
    if (field.onMissing() == OnMissing.REJECT) {
      fate.reject(Stage.CONTRACT, field.name(), "is missing");
    } else if (field.onMissing() == OnMissing.IMPUTE) {
      fate.flags.add("imputed:" + field.name());
      return field.defaultValue().orElseThrow();
    }
    return null;
  }

  private static Object unknown(InputField field, String value, Fate fate) {
    if (field.onUnknown() == OnUnknown.REJECT) {
      fate.reject(Stage.CONTRACT, field.name(), quote(value) + " is not a known category");
      return null;
    }
    fate.flags.add("unknown-category:" + field.name());
    return field.onUnknown() == OnUnknown.OTHER ? field.other().orElseThrow() : value;
  }

  private static String quote(Object value) {
    String text = value.toString();
    return text.length() <= 80 ? "'" + text + "'" : "'" + text.substring(0, 80) + "…'";
  }

  private static Object convert(Object value, DataType to) {
    if (value instanceof String text && to != DataType.STRING) {
      return text.trim().isEmpty() ? null : parse(text.trim(), to);
    }
    if (value == null || to == DataType.BOOLEAN || to == DataType.TIMESTAMP) {
      return value;
    }
    return to == DataType.STRING ? value.toString() : number((Number) value, to);
  }

  private static Object number(Number value, DataType to) {
    double number = value.doubleValue();
    if (!Double.isFinite(number)) {
      return INVALID;
    }
    boolean whole = value instanceof Long || value instanceof Integer;
    BigInteger most = BigInteger.ONE.shiftLeft(to == DataType.FLOAT ? 24 : 53);
    boolean great = whole && BigInteger.valueOf(value.longValue()).abs().compareTo(most) > 0;
    if (to == DataType.DOUBLE) {
      return great ? INVALID : (Object) number;
    } else if (to == DataType.FLOAT) {
      return great || Float.isInfinite(value.floatValue()) ? INVALID : (Object) value.floatValue();
    } else if (whole) {
      return inRange(value.longValue(), to);
    }
    boolean fraction = new BigDecimal(number).remainder(BigDecimal.ONE).signum() != 0;
    return fraction || Math.abs(number) > 0x1p53 ? INVALID : inRange((long) number, to);
  }

  private static Object inRange(long value, DataType to) {
    if (to == DataType.LONG) {
      return value;
    }
    return value < Integer.MIN_VALUE || value > Integer.MAX_VALUE ? INVALID : (Object) (int) value;
  }

  private static Object parse(String text, DataType to) {
    try {
      return switch (to) {
        case BOOLEAN -> truth(text);
        case INTEGER -> Integer.parseInt(text);
        case LONG -> Long.parseLong(text);
        case TIMESTAMP -> Timestamps.micros(OffsetDateTime.parse(text).toInstant());
        default ->
            text.matches("(?s).*([dDfF]$|[xX]).*") ? INVALID : number(Double.valueOf(text), to);
      };
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return INVALID;
    }
  }

  private static Object truth(String text) {
    if (List.of("true", "True", "TRUE").contains(text)) {
      return true;
    }
    return List.of("false", "False", "FALSE").contains(text) ? (Object) false : INVALID;
  }
}
