package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import java.util.Arrays;

/** From one kind to another, as DataVec's values convert: numbers by Java's casts, texts parsed. */
final class ConvertKernel implements Kernel {
  private static final String HEXADECIMAL = "0x";

  private final Step.Convert step;
  private final Memo parsed = new Memo();
  private double[] reals = {};
  private long[] wholes = {};

  ConvertKernel(Step.Convert step) {
    this.step = step;
  }

  @Override
  public void run(Slots slots, int rows, RowFates fates) {
    Kind from = slots.kind(step.in());
    Kind to = slots.kind(step.out());
    if (to == Kind.TEXT) {
      write(slots, rows, fates);
      return;
    }
    if (!step.keepNulls()) {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
    }
    if (from == Kind.TEXT) {
      parse(slots, to, rows, fates);
    } else {
      cast(slots, from, to, rows);
    }
    keepNulls(slots);
  }

  private void keepNulls(Slots slots) {
    if (step.in() != step.out()) {
      slots.clearNulls(step.out());
      slots.nulls(step.out()).or(slots.nulls(step.in()));
    }
    if (!step.keepNulls()) {
      slots.clearNulls(step.out());
    }
  }

  private void write(Slots slots, int rows, RowFates fates) {
    int[] out = slots.ints(step.out());
    for (int row = 0; row < rows; row++) {
      if (fates.isAlive(row)) {
        out[row] = slots.texts.number(slots.text(step.in(), row));
      }
    }
    slots.clearNulls(step.out());
  }

  private void cast(Slots slots, Kind from, Kind to, int rows) {
    boolean wholes = from == Kind.INT || from == Kind.LONG;
    boolean reals = to == Kind.DOUBLE || to == Kind.FLOAT;
    for (int row = 0; row < rows; row++) {
      if (wholes && to == Kind.FLOAT) {
        // Not by way of a double, which would round a long twice.
        slots.floats(step.out())[row] = slots.whole(step.in(), row);
      } else if (reals) {
        slots.setReal(step.out(), row, slots.real(step.in(), row));
      } else if (wholes) {
        slots.setWhole(step.out(), row, slots.whole(step.in(), row));
      } else if (to == Kind.INT) {
        slots.ints(step.out())[row] = (int) slots.real(step.in(), row); // saturates as an int
      } else {
        slots.longs(step.out())[row] = (long) slots.real(step.in(), row);
      }
    }
  }

  private void parse(Slots slots, Kind to, int rows, RowFates fates) {
    parsed.begin(slots.texts);
    int[] in = slots.ints(step.in());
    for (int row = 0; row < rows; row++) {
      if (!fates.isAlive(row) || slots.isNull(step.in(), row)) {
        continue;
      }
      int number = in[row];
      if (parsed.isNew(number)) {
        remember(number, slots.texts.text(number), to);
      }
      if (parsed.get(number) == Memo.FAILED) {
        Kernel.reject(
            fates, row, step.field(), Kernel.quote(slots.texts.text(number)) + " is no number");
        continue;
      }
      if (to == Kind.DOUBLE || to == Kind.FLOAT) {
        slots.setReal(step.out(), row, reals[number]);
      } else {
        slots.setWhole(step.out(), row, wholes[number]);
      }
    }
  }

  private void remember(int number, String text, Kind to) {
    int room = parsed.room();
    if (reals.length < room) {
      reals = Arrays.copyOf(reals, room);
      wholes = Arrays.copyOf(wholes, room);
    }
    boolean hexadecimal = text.startsWith(HEXADECIMAL);
    try {
      switch (to) {
        case DOUBLE -> reals[number] = hexadecimal ? Long.decode(text) : Double.parseDouble(text);
        case FLOAT ->
            reals[number] = hexadecimal ? (float) Integer.decode(text) : Float.parseFloat(text);
        case INT -> wholes[number] = hexadecimal ? Integer.decode(text) : Integer.parseInt(text);
        default -> wholes[number] = hexadecimal ? Long.decode(text) : Long.parseLong(text);
      }
      parsed.put(number, 0);
    } catch (NumberFormatException e) {
      parsed.put(number, Memo.FAILED); // the row says so
    }
  }
}
