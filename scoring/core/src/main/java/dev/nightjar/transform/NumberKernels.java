package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Steps over numbers, each with the arithmetic of Java that DataVec uses, in its order. */
final class NumberKernels {
  private static final double LOG_OF_2 = Math.log(2);
  private static final String BY_ZERO = "is divided by zero";

  private NumberKernels() {}

  static Kernel apply(Step.Apply step) {
    DoubleUnaryOperator function = function(step.function());
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      if (slots.kind(step.in()) == Kind.DOUBLE) {
        double[] in = slots.doubles(step.in());
        double[] out = slots.doubles(step.out());
        for (int row = 0; row < rows; row++) {
          out[row] = function.applyAsDouble(in[row]);
        }
      } else {
        float[] in = slots.floats(step.in());
        float[] out = slots.floats(step.out());
        for (int row = 0; row < rows; row++) {
          out[row] = (float) function.applyAsDouble(in[row]);
        }
      }
      slots.clearNulls(step.out());
    };
  }

  private static DoubleUnaryOperator function(Step.Function function) {
    return switch (function) {
      case ABS -> Math::abs;
      case ACOS -> Math::acos;
      case ASIN -> Math::asin;
      case ATAN -> Math::atan;
      case CEIL -> Math::ceil;
      case COS -> Math::cos;
      case COSH -> Math::cosh;
      case EXP -> Math::exp;
      case FLOOR -> Math::floor;
      case LOG -> Math::log;
      case LOG10 -> Math::log10;
      case SIGNUM -> Math::signum;
      case SIN -> Math::sin;
      case SINH -> Math::sinh;
      case SQRT -> Math::sqrt;
      case TAN -> Math::tan;
      case TANH -> Math::tanh;
    };
  }

  static Kernel real(Step.Real step) {
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      if (slots.kind(step.in()) == Kind.DOUBLE) {
        double[] in = slots.doubles(step.in());
        doubles(step.operation(), in, step.number(), slots.doubles(step.out()), rows);
      } else {
        float[] in = slots.floats(step.in());
        float[] out = slots.floats(step.out());
        float number = (float) step.number();
        for (int row = 0; row < rows; row++) {
          out[row] = (float) real(step.operation(), in[row], number);
        }
      }
      slots.clearNulls(step.out());
    };
  }

  /** The usual operations in loops of their own, which the JVM can vectorize. */
  private static void doubles(
      Step.Operation operation, double[] in, double n, double[] out, int rows) {
    switch (operation) {
      case ADD -> {
        for (int row = 0; row < rows; row++) {
          out[row] = in[row] + n;
        }
      }
      case SUBTRACT -> {
        for (int row = 0; row < rows; row++) {
          out[row] = in[row] - n;
        }
      }
      case MULTIPLY -> {
        for (int row = 0; row < rows; row++) {
          out[row] = in[row] * n;
        }
      }
      case DIVIDE -> {
        for (int row = 0; row < rows; row++) {
          out[row] = in[row] / n;
        }
      }
      default -> {
        for (int row = 0; row < rows; row++) {
          out[row] = real(operation, in[row], n);
        }
      }
    }
  }

  /**
   * Of doubles, and of floats: their results are exact in the bits of a double or rounded so that
   * rounding them again to a float changes nothing (S. A. Figueroa, "When is double rounding
   * innocuous?", 1995).
   */
  private static double real(Step.Operation operation, double x, double n) {
    return switch (operation) {
      case ADD -> x + n;
      case SUBTRACT -> x - n;
      case MULTIPLY -> x * n;
      case DIVIDE -> x / n;
      case MODULUS -> x % n;
      case SUBTRACT_FROM -> n - x;
      case DIVIDE_INTO -> n / x;
      case MIN -> Math.min(x, n);
      case MAX -> Math.max(x, n);
    };
  }

  static Kernel whole(Step.Whole step) {
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          long x = slots.whole(step.in(), row);
          if (dividesByZero(step.operation(), x, step.number())) {
            Kernel.reject(fates, row, step.field(), BY_ZERO);
          } else {
            slots.setWhole(step.out(), row, whole(step.operation(), x, step.number()));
          }
        }
      }
      slots.clearNulls(step.out());
    };
  }

  private static boolean dividesByZero(Step.Operation operation, long x, long n) {
    return switch (operation) {
      case DIVIDE, MODULUS -> n == 0;
      case DIVIDE_INTO -> x == 0;
      default -> false;
    };
  }

  /** Of longs, and of ints: the low half of a long is what an int would have been. */
  private static long whole(Step.Operation operation, long x, long n) {
    return switch (operation) {
      case ADD -> x + n;
      case SUBTRACT -> x - n;
      case MULTIPLY -> x * n;
      case DIVIDE -> x / n;
      case MODULUS -> x % n;
      case SUBTRACT_FROM -> n - x;
      case DIVIDE_INTO -> n / x;
      case MIN -> Math.min(x, n);
      case MAX -> Math.max(x, n);
    };
  }

  static Kernel combine(Step.Combine step) {
    return (slots, rows, fates) -> {
      for (int in : step.in()) {
        Kernel.rejectNulls(slots, in, fates, step.field());
      }
      Kind kind = slots.kind(step.out());
      boolean reals = kind == Kind.DOUBLE || kind == Kind.FLOAT;
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row) && reals) {
          combineReals(step, slots, row);
        } else if (fates.isAlive(row)) {
          combineWholes(step, slots, row, fates);
        }
      }
      slots.clearNulls(step.out());
    };
  }

  /** DataVec begins sums with 0 and products with 1, which matters for the sign of zero. */
  private static void combineReals(Step.Combine step, Slots slots, int row) {
    boolean neutral = beginsNeutral(step.operation());
    double value = neutral ? neutral(step.operation()) : slots.real(step.in().get(0), row);
    for (int i = neutral ? 0 : 1; i < step.in().size(); i++) {
      double next = real(step.operation(), value, slots.real(step.in().get(i), row));
      value = slots.kind(step.out()) == Kind.FLOAT ? (float) next : next;
    }
    slots.setReal(step.out(), row, value);
  }

  private static void combineWholes(Step.Combine step, Slots slots, int row, RowFates fates) {
    boolean neutral = beginsNeutral(step.operation());
    long value = neutral ? neutral(step.operation()) : slots.whole(step.in().get(0), row);
    for (int i = neutral ? 0 : 1; i < step.in().size(); i++) {
      long next = slots.whole(step.in().get(i), row);
      if (dividesByZero(step.operation(), value, next)) {
        Kernel.reject(fates, row, step.field(), BY_ZERO);
        return;
      }
      value = whole(step.operation(), value, next);
    }
    slots.setWhole(step.out(), row, value);
  }

  private static boolean beginsNeutral(Step.Operation operation) {
    return operation == Step.Operation.ADD || operation == Step.Operation.MULTIPLY;
  }

  private static int neutral(Step.Operation operation) {
    return operation == Step.Operation.MULTIPLY ? 1 : 0;
  }

  static Kernel scale(Step.Scale step) {
    double a = step.a();
    double b = step.b();
    double c = step.c();
    double d = step.d();
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      double[] in = slots.doubles(step.in());
      double[] out = slots.doubles(step.out());
      for (int row = 0; row < rows; row++) {
        double x = in[row];
        out[row] =
            switch (step.scaling()) {
              case STANDARDIZE -> (x - a) / b;
              case MIN_MAX -> Double.isNaN(x) ? 0 : d * (x - a) + c;
              case LOG2 -> Double.isNaN(x) ? 0 : c * (Math.log((x - a) / (b - a) + 1) / LOG_OF_2);
            };
      }
      slots.clearNulls(step.out());
    };
  }

  static Kernel oneHot(Step.OneHot step) {
    int[] targets = step.out().stream().mapToInt(Integer::intValue).toArray();
    int[][] out = new int[targets.length][];
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      int[] in = slots.ints(step.in());
      for (int i = 0; i < targets.length; i++) {
        out[i] = slots.ints(targets[i]);
        Arrays.fill(out[i], 0, rows, 0);
        slots.clearNulls(targets[i]);
      }
      for (int row = 0; row < rows; row++) {
        long place = (long) in[row] - step.least();
        if (place >= 0 && place < out.length) {
          out[(int) place][row] = 1;
        } else {
          Kernel.reject(
              fates,
              row,
              step.field(),
              in[row]
                  + " is outside the range from "
                  + step.least()
                  + " to "
                  + (step.least() + out.length - 1));
        }
      }
    };
  }
}
