package dev.nightjar.store;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Standing;
import dev.nightjar.feature.VisibleRows.State;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is visible of a key from a time on, as the bytes of a record: a byte of marks, the newest
 * event time where there is one, the rows, then of each place which row it is and whether it is
 * tied. Numbers are big-endian; each value has a tag for its type, so that a record is read without
 * its view.
 */
final class Standings {
  private static final int VISIBLE = 1;
  private static final int YOUNG = 2;
  private static final int NO_ROW = -1;

  private Standings() {}

  static byte[] write(State<FeatureRow> state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte((state.anyVisible() ? VISIBLE : 0) | (state.newest().isPresent() ? YOUNG : 0));
      if (state.newest().isPresent()) {
        out.writeLong(state.newest().getAsLong());
      }
      List<FeatureRow> rows = new ArrayList<>();
      for (Standing<FeatureRow> place : state.places()) {
        if (place.row() != null && !rows.contains(place.row())) {
          rows.add(place.row());
        }
      }
      out.writeShort(rows.size());
      for (FeatureRow row : rows) {
        write(row, out);
      }
      out.writeShort(state.places().size());
      for (Standing<FeatureRow> place : state.places()) {
        out.writeShort(place.row() == null ? NO_ROW : rows.indexOf(place.row()));
        out.writeBoolean(place.tied());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("bytes cannot be written to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(FeatureRow row, DataOutputStream out) throws IOException {
    out.writeLong(row.eventTime());
    out.writeShort(row.tieBreaks());
    for (int i = 0; i < row.tieBreaks(); i++) {
      write(row.tieBreak(i), out);
    }
    out.writeShort(row.width());
    for (int i = 0; i < row.width(); i++) {
      write(row.value(i), out);
    }
  }

  private static void write(@Nullable Object value, DataOutputStream out) throws IOException {
    if (value == null) {
      out.writeByte('0');
    } else if (value instanceof Boolean flag) {
      out.writeByte(flag ? 't' : 'f');
    } else if (value instanceof Integer number) {
      out.writeByte('i');
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeByte('l');
      out.writeLong(number);
    } else if (value instanceof Float number) {
      out.writeByte('e');
      out.writeInt(Float.floatToIntBits(number));
    } else if (value instanceof Double number) {
      out.writeByte('d');
      out.writeLong(Double.doubleToLongBits(number));
    } else if (value instanceof String text) {
      writeText('s', text, out);
    } else if (value instanceof BigDecimal decimal) {
      writeText('n', decimal.toString(), out);
    } else {
      throw new IllegalArgumentException(
          "a value of type " + value.getClass().getSimpleName() + " cannot be stored");
    }
  }

  private static void writeText(char tag, String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte(tag);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * What is visible by a record.
   *
   * @param nothing of the view's rule
   * @throws DamagedRecordException when the bytes are no record of that rule
   */
  static VisibleRows<FeatureRow> read(ByteBuffer bytes, VisibleRows<FeatureRow> nothing) {
    try {
      return nothing.with(state(bytes.order(ByteOrder.BIG_ENDIAN)));
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw new DamagedRecordException(e);
    }
  }

  private static State<FeatureRow> state(ByteBuffer bytes) {
    int marks = bytes.get();
    OptionalLong newest =
        (marks & YOUNG) != 0 ? OptionalLong.of(bytes.getLong()) : OptionalLong.empty();
    FeatureRow[] rows = new FeatureRow[bytes.getShort()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new FeatureRow(bytes.getLong(), values(bytes), values(bytes));
    }
    int width = bytes.getShort();
    List<Standing<FeatureRow>> places = new ArrayList<>(width);
    for (int i = 0; i < width; i++) {
      int row = bytes.getShort();
      places.add(new Standing<>(row == NO_ROW ? null : rows[row], bytes.get() != 0));
    }
    return new State<>((marks & VISIBLE) != 0, newest, places);
  }

  private static @Nullable Object[] values(ByteBuffer bytes) {
    @Nullable Object[] values = new @Nullable Object[bytes.getShort()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(bytes);
    }
    return values;
  }

  private static @Nullable Object value(ByteBuffer bytes) {
    char tag = (char) bytes.get();
    return switch (tag) {
      case '0' -> null;
      case 't' -> true;
      case 'f' -> false;
      case 'i' -> bytes.getInt();
      case 'l' -> bytes.getLong();
      case 'e' -> Float.intBitsToFloat(bytes.getInt());
      case 'd' -> Double.longBitsToDouble(bytes.getLong());
      case 's' -> text(bytes);
      case 'n' -> new BigDecimal(text(bytes));
      default -> throw new IllegalArgumentException("a value begins with " + (int) tag);
    };
  }

  private static String text(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException(); // before memory is asked for
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
