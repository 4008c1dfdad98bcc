package dev.nightjar.transform;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Conditions as tests of one row. */
final class Tests {
  /** The row does not answer the question, which rejects it. */
  static final int FAILED = -1;

  static final int NO = 0;
  static final int YES = 1;

  private Tests() {}

  /** Asks a row; {@link #YES}, {@link #NO} or {@link #FAILED}. */
  interface Test {
    int ask(Slots slots, int row);
  }

  static Test of(Condition condition, List<Kind> kinds) {
    if (condition instanceof Condition.All c) {
      return untilNot(YES, c.of(), kinds);
    } else if (condition instanceof Condition.Any c) {
      return untilNot(NO, c.of(), kinds);
    } else if (condition instanceof Condition.Not c) {
      Test part = of(c.of(), kinds);
      return (slots, row) -> {
        int answer = part.ask(slots, row);
        return answer == FAILED ? FAILED : YES - answer;
      };
    } else if (condition instanceof Condition.OneOf c) {
      return oneOf(of(c.first(), kinds), of(c.second(), kinds));
    } else if (condition instanceof Condition.Compare c) {
      return compare(c, kinds.get(c.slot()));
    } else if (condition instanceof Condition.Among c) {
      return among(c, kinds.get(c.slot()));
    } else if (condition instanceof Condition.TextAmong c) {
      return text(c.slot(), new HashSet<>(c.values())::contains);
    } else if (condition instanceof Condition.Matches c) {
      Pattern pattern = Pattern.compile(c.pattern());
      return text(c.slot(), text -> pattern.matcher(text).matches());
    } else if (condition instanceof Condition.IsNull c) {
      return (slots, row) -> answer(slots.isNull(c.slot(), row));
    } else if (condition instanceof Condition.IsNaN c) {
      return unlessNull(c.slot(), (slots, row) -> answer(Double.isNaN(slots.real(c.slot(), row))));
    } else {
      int slot = ((Condition.IsInfinite) condition).slot();
      return unlessNull(slot, (slots, row) -> answer(Double.isInfinite(slots.real(slot, row))));
    }
  }

  private static int answer(boolean yes) {
    return yes ? YES : NO;
  }

  /** Asks part after part until one answers something else, which is the answer. */
  private static Test untilNot(int goOn, List<Condition> of, List<Kind> kinds) {
    Test[] parts = of.stream().map(part -> of(part, kinds)).toArray(Test[]::new);
    return (slots, row) -> {
      for (Test part : parts) {
        int answer = part.ask(slots, row);
        if (answer != goOn) {
          return answer;
        }
      }
      return goOn;
    };
  }

  private static Test oneOf(Test first, Test second) {
    return (slots, row) -> {
      int one = first.ask(slots, row);
      int other = one == FAILED ? FAILED : second.ask(slots, row);
      return other == FAILED ? FAILED : one ^ other;
    };
  }

  /** A null is asked as the text that DataVec writes for it. */
  private static Test text(int slot, Predicate<String> test) {
    Memo known = new Memo();
    return (slots, row) -> {
      known.begin(slots.texts);
      int number = slots.isNull(slot, row) ? slots.texts.number(Texts.NULL) : slots.ints(slot)[row];
      if (known.isNew(number)) {
        known.put(number, answer(test.test(slots.texts.text(number))));
      }
      return known.get(number);
    };
  }

  private static Test compare(Condition.Compare condition, Kind kind) {
    int slot = condition.slot();
    Condition.Comparison how = condition.how();
    if (isWhole(kind)) {
      long value = Long.parseLong(condition.value());
      return unlessNull(
          slot,
          (slots, row) -> {
            long x = slots.whole(slot, row);
            return answer(holds(how, x < value, x == value, x > value));
          });
    }
    double value = real(kind, condition.value());
    return unlessNull(
        slot,
        (slots, row) -> {
          double x = slots.real(slot, row);
          return answer(holds(how, x < value, x == value, x > value));
        });
  }

  /** For NaN none of the three is true. */
  private static boolean holds(
      Condition.Comparison how, boolean less, boolean equal, boolean greater) {
    return switch (how) {
      case LESS -> less;
      case LESS_OR_EQUAL -> less || equal;
      case GREATER -> greater;
      case GREATER_OR_EQUAL -> greater || equal;
      case EQUAL -> equal;
      case NOT_EQUAL -> !equal;
    };
  }

  private static Test among(Condition.Among condition, Kind kind) {
    int slot = condition.slot();
    if (isWhole(kind)) {
      long[] values = condition.values().stream().mapToLong(Long::parseLong).sorted().toArray();
      return unlessNull(
          slot, (slots, row) -> answer(Arrays.binarySearch(values, slots.whole(slot, row)) >= 0));
    }
    // Sorted and sought as Double.equals compares: NaN is NaN, and 0.0 is not −0.0.
    double[] values =
        condition.values().stream().mapToDouble(value -> real(kind, value)).sorted().toArray();
    return unlessNull(
        slot, (slots, row) -> answer(Arrays.binarySearch(values, slots.real(slot, row)) >= 0));
  }

  private static boolean isWhole(Kind kind) {
    return kind == Kind.INT || kind == Kind.LONG;
  }

  private static double real(Kind kind, String value) {
    return kind == Kind.FLOAT ? Float.parseFloat(value) : Double.parseDouble(value);
  }

  private static Test unlessNull(int slot, Test test) {
    return (slots, row) -> slots.isNull(slot, row) ? FAILED : test.ask(slots, row);
  }
}
