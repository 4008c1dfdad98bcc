package dev.nightjar.transform;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** Asks a text. */
  interface TextTest extends Predicate<String> {}

  static Test of(Condition condition, List<Kind> kinds) {
    if (condition instanceof Condition.All c) {
      return all(c.of().stream().map(part -> of(part, kinds)).toArray(Test[]::new));
    } else if (condition instanceof Condition.Any c) {
      return any(c.of().stream().map(part -> of(part, kinds)).toArray(Test[]::new));
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
      return text(c.slot(), TextKernels.among(c.values()));
    } else if (condition instanceof Condition.Matches c) {
      Pattern pattern = Pattern.compile(c.pattern());
      return text(c.slot(), text -> pattern.matcher(text).matches());
    } else if (condition instanceof Condition.IsNull c) {
      return (slots, row) -> answer(slots.isNull(c.slot(), row));
    } else if (condition instanceof Condition.IsNaN c) {
      return (slots, row) ->
          slots.isNull(c.slot(), row) ? FAILED : answer(Double.isNaN(slots.real(c.slot(), row)));
    } else {
      int slot = ((Condition.IsInfinite) condition).slot();
      return (slots, row) ->
          slots.isNull(slot, row) ? FAILED : answer(Double.isInfinite(slots.real(slot, row)));
    }
  }

  private static int answer(boolean yes) {
    return yes ? YES : NO;
  }

  private static Test all(Test[] parts) {
    return (slots, row) -> {
      for (Test part : parts) {
        int answer = part.ask(slots, row);
        if (answer != YES) {
          return answer;
        }
      }
      return YES;
    };
  }

  private static Test any(Test[] parts) {
    return (slots, row) -> {
      for (Test part : parts) {
        int answer = part.ask(slots, row);
        if (answer != NO) {
          return answer;
        }
      }
      return NO;
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
  private static Test text(int slot, TextTest test) {
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
    if (kind == Kind.LONG || kind == Kind.INT) {
      long value = Long.parseLong(condition.value());
      return (slots, row) -> {
        if (slots.isNull(slot, row)) {
          return FAILED;
        }
        long x = kind == Kind.INT ? slots.ints(slot)[row] : slots.longs(slot)[row];
        return answer(
            switch (condition.how()) {
              case LESS -> x < value;
              case LESS_OR_EQUAL -> x <= value;
              case GREATER -> x > value;
              case GREATER_OR_EQUAL -> x >= value;
              case EQUAL -> x == value;
              case NOT_EQUAL -> x != value;
            });
      };
    }
    double value =
        kind == Kind.FLOAT
            ? Float.parseFloat(condition.value())
            : Double.parseDouble(condition.value());
    return (slots, row) -> {
      if (slots.isNull(slot, row)) {
        return FAILED;
      }
      double x = slots.real(slot, row);
      return answer(
          switch (condition.how()) {
            case LESS -> x < value;
            case LESS_OR_EQUAL -> x <= value;
            case GREATER -> x > value;
            case GREATER_OR_EQUAL -> x >= value;
            case EQUAL -> x == value;
            case NOT_EQUAL -> x != value;
          });
    };
  }

  private static Test among(Condition.Among condition, Kind kind) {
    int slot = condition.slot();
    if (kind == Kind.LONG || kind == Kind.INT) {
      Set<Long> values = new HashSet<>();
      condition.values().forEach(value -> values.add(Long.parseLong(value)));
      return (slots, row) ->
          slots.isNull(slot, row)
              ? FAILED
              : answer(
                  values.contains(
                      kind == Kind.INT ? slots.ints(slot)[row] : slots.longs(slot)[row]));
    }
    Set<Double> values = new HashSet<>();
    for (String value : condition.values()) {
      values.add(kind == Kind.FLOAT ? (double) Float.parseFloat(value) : Double.parseDouble(value));
    }
    return (slots, row) ->
        slots.isNull(slot, row) ? FAILED : answer(values.contains(slots.real(slot, row)));
  }
}
