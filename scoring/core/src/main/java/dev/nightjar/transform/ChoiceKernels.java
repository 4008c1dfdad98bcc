package dev.nightjar.transform;

import java.util.List;

/** Steps that ask each row a question, and constants. */
final class ChoiceKernels {
  private static final String NO_ANSWER = "is null, and the step's condition needs a value";

  private ChoiceKernels() {}

  /** Puts the value of an operand at a row into a slot of the same kind. */
  private interface Put {
    void at(Slots slots, int row);
  }

  static Kernel filter(Step.Filter step, List<Kind> kinds) {
    Tests.Test test = Tests.of(step.when(), kinds);
    return (slots, rows, fates) -> {
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          switch (test.ask(slots, row)) {
            case Tests.YES -> fates.filter(row);
            case Tests.FAILED -> Kernel.reject(fates, row, step.field(), NO_ANSWER);
            default -> {}
          }
        }
      }
    };
  }

  static Kernel choose(Step.Choose step, List<Kind> kinds) {
    Tests.Test test = Tests.of(step.when(), kinds);
    Put then = put(step.then(), step.out(), kinds.get(step.out()));
    Put otherwise = put(step.otherwise(), step.out(), kinds.get(step.out()));
    return (slots, rows, fates) -> {
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          switch (test.ask(slots, row)) {
            case Tests.YES -> then.at(slots, row);
            case Tests.NO -> otherwise.at(slots, row);
            default -> Kernel.reject(fates, row, step.field(), NO_ANSWER);
          }
        }
      }
    };
  }

  static Kernel constant(Step.Constant step, List<Kind> kinds) {
    Put put = put(step.value(), step.out(), kinds.get(step.out()));
    return (slots, rows, fates) -> {
      for (int row = 0; row < rows; row++) {
        put.at(slots, row);
      }
    };
  }

  private static Put put(Operand operand, int out, Kind kind) {
    Integer in = operand.slot();
    if (in != null) {
      return in == out ? (slots, row) -> {} : copy(in, out, kind);
    }
    String constant = operand.constant();
    if (constant == null) {
      return (slots, row) -> slots.nulls(out).set(row);
    }
    Put value = value(constant, out, kind);
    return (slots, row) -> {
      value.at(slots, row);
      slots.nulls(out).clear(row);
    };
  }

  private static Put value(String constant, int out, Kind kind) {
    switch (kind) {
      case DOUBLE -> {
        double value = Double.parseDouble(constant);
        return (slots, row) -> slots.doubles(out)[row] = value;
      }
      case FLOAT -> {
        float value = Float.parseFloat(constant);
        return (slots, row) -> slots.floats(out)[row] = value;
      }
      case INT -> {
        int value = Integer.parseInt(constant);
        return (slots, row) -> slots.ints(out)[row] = value;
      }
      case LONG -> {
        long value = Long.parseLong(constant);
        return (slots, row) -> slots.longs(out)[row] = value;
      }
      case BOOLEAN -> {
        boolean value = Boolean.parseBoolean(constant);
        return (slots, row) -> slots.booleans(out)[row] = value;
      }
      default -> {
        return (slots, row) -> slots.ints(out)[row] = slots.texts.number(constant);
      }
    }
  }

  private static Put copy(int in, int out, Kind kind) {
    return (slots, row) -> {
      switch (kind) {
        case DOUBLE -> slots.doubles(out)[row] = slots.doubles(in)[row];
        case FLOAT -> slots.floats(out)[row] = slots.floats(in)[row];
        case INT, TEXT -> slots.ints(out)[row] = slots.ints(in)[row];
        case LONG -> slots.longs(out)[row] = slots.longs(in)[row];
        case BOOLEAN -> slots.booleans(out)[row] = slots.booleans(in)[row];
      }
      slots.nulls(out).set(row, slots.isNull(in, row));
    };
  }
}
