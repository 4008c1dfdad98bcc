package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import java.util.Arrays;
import java.util.List;
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
        doubles(
            step.operation(),
            slots.doubles(step.in()),
            step.number(),
            slots.doubles(step.out()),
            rows);
      } else {
        floats(
            step.operation(),
            slots.floats(step.in()),
            (float) step.number(),
            slots.floats(step.out()),
            rows);
      }
      slots.clearNulls(step.out());
    };
  }

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
          out[row] = seldom(operation, in[row], n);
        }
      }
    }
  }

  private static double seldom(Step.Operation operation, double x, double n) {
    return switch (operation) {
      case MODULUS -> x % n;
      case SUBTRACT_FROM -> n - x;
      case DIVIDE_INTO -> n / x;
      case MIN -> Math.min(x, n);
      case MAX -> Math.max(x, n);
      case ADD -> x + n;
      case SUBTRACT -> x - n;
      case MULTIPLY -> x * n;
      case DIVIDE -> x / n;
    };
  }

  private static void floats(Step.Operation operation, float[] in, float n, float[] out, int rows) {
    for (int row = 0; row < rows; row++) {
      out[row] = real(operation, in[row], n);
    }
  }

  private static float real(Step.Operation operation, float x, float n) {
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
      boolean ints = slots.kind(step.in()) == Kind.INT;
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          long x = ints ? slots.ints(step.in())[row] : slots.longs(step.in())[row];
          if (dividesByZero(step.operation(), x, step.number())) {
            Kernel.reject(fates, row, step.field(), BY_ZERO);
          } else if (ints) {
            slots.ints(step.out())[row] = whole(step.operation(), (int) x, (int) step.number());
          } else {
            slots.longs(step.out())[row] = whole(step.operation(), x, step.number());
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

  private static int whole(Step.Operation operation, int x, int n) {
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
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          combine(step, slots, row, fates);
        }
      }
      slots.clearNulls(step.out());
    };
  }

  /** DataVec begins sums with 0 and products with 1, which matters for the sign of zero. */
  private static void combine(Step.Combine step, Slots slots, int row, RowFates fates) {
    Step.Operation operation = step.operation();
    boolean from = operation == Step.Operation.ADD || operation == Step.Operation.MULTIPLY;
    int identity = operation == Step.Operation.MULTIPLY ? 1 : 0;
    List<Integer> in = step.in();
    int first = from ? 0 : 1;
    switch (slots.kind(step.out())) {
      case DOUBLE -> {
        double value = from ? identity : slots.doubles(in.get(0))[row];
        for (int i = first; i < in.size(); i++) {
          value = seldom(operation, value, slots.doubles(in.get(i))[row]);
        }
        slots.doubles(step.out())[row] = value;
      }
      case FLOAT -> {
        float value = from ? identity : slots.floats(in.get(0))[row];
        for (int i = first; i < in.size(); i++) {
          value = real(operation, value, slots.floats(in.get(i))[row]);
        }
        slots.floats(step.out())[row] = value;
      }
      case INT -> {
        int value = from ? identity : slots.ints(in.get(0))[row];
        for (int i = first; i < in.size(); i++) {
          int next = slots.ints(in.get(i))[row];
          if (dividesByZero(operation, value, next)) {
            Kernel.reject(fates, row, step.field(), BY_ZERO);
            return;
          }
          value = whole(operation, value, next);
        }
        slots.ints(step.out())[row] = value;
      }
      default -> {
        long value = from ? identity : slots.longs(in.get(0))[row];
        for (int i = first; i < in.size(); i++) {
          long next = slots.longs(in.get(i))[row];
          if (dividesByZero(operation, value, next)) {
            Kernel.reject(fates, row, step.field(), BY_ZERO);
            return;
          }
          value = whole(operation, value, next);
        }
        slots.longs(step.out())[row] = value;
      }
    }
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
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      int[] in = slots.ints(step.in());
      int[][] out = Arrays.stream(targets).mapToObj(slots::ints).toArray(int[][]::new);
      for (int target : targets) {
        Arrays.fill(slots.ints(target), 0, rows, 0);
        slots.clearNulls(target);
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
