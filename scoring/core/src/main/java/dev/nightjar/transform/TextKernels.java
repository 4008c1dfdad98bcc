package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Steps over texts: worked out once for each text, and handed on as numbers. */
final class TextKernels {
  private static final Pattern WHITE_SPACE = Pattern.compile("\\s");

  private TextKernels() {}

  /** A text's answer; negative when there is none, which rejects the row. */
  private interface Answer {
    int of(String text, Texts texts);
  }

  /** Answers for each row's text, a null being the text that DataVec writes for it. */
  private static final class Each implements Kernel {
    private final int in;
    private final int out;
    private final String field;
    private final Answer answer;
    private final String otherwise;
    private final Memo known = new Memo();

    Each(int in, int out, String field, Answer answer, String otherwise) {
      this.in = in;
      this.out = out;
      this.field = field;
      this.answer = answer;
      this.otherwise = otherwise;
    }

    @Override
    public void run(Slots slots, int rows, RowFates fates) {
      known.begin(slots.texts);
      int[] from = slots.ints(in);
      int[] to = slots.ints(out);
      for (int row = 0; row < rows; row++) {
        if (!fates.isAlive(row)) {
          continue;
        }
        int number = slots.isNull(in, row) ? slots.texts.number(Texts.NULL) : from[row];
        if (known.isNew(number)) {
          int answered = answer.of(slots.texts.text(number), slots.texts);
          known.put(number, answered < 0 ? Memo.FAILED : answered);
        }
        int answered = known.get(number);
        if (answered == Memo.FAILED) {
          Kernel.reject(
              fates, row, field, Kernel.quote(slots.texts.text(number)) + " " + otherwise);
        } else {
          to[row] = answered;
        }
      }
      slots.clearNulls(out);
    }
  }

  static Kernel index(Step.Index step) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < step.values().size(); i++) {
      places.put(step.values().get(i), i); // of two equal ones DataVec takes the last
    }
    return new Each(
        step.in(),
        step.out(),
        step.field(),
        (text, texts) -> places.getOrDefault(text, -1),
        "is not one of the transform's categories");
  }

  static Kernel text(Step.Text step) {
    Answer answer =
        (text, texts) -> {
          String made = made(step, text);
          return made == null ? -1 : texts.number(made);
        };
    String otherwise =
        step.operation() == Step.TextOperation.REPLACE
            ? "cannot be replaced: the replacement refers to a group that its pattern does not have"
            : "does not begin with a digit";
    return new Each(step.in(), step.out(), step.field(), answer, otherwise);
  }

  private static @Nullable String made(Step.Text step, String text) {
    return switch (step.operation()) {
      case MAP ->
          step.pairs().stream()
              .filter(pair -> pair.from().equals(text))
              .map(Step.Pair::to)
              .findFirst()
              .orElse(text);
      case MAP_EXCEPT -> step.list().contains(text) ? text : step.value();
      case REPLACE -> replaced(step, text);
      case IF_EMPTY -> text.isEmpty() ? step.value() : text;
      case APPEND -> text + step.value();
      case STRIP -> WHITE_SPACE.matcher(text).replaceAll("");
      case FIRST_DIGIT -> firstDigit(text, step.value());
    };
  }

  /** Null where Java refuses the replacement, which shows only on a text that the pattern finds. */
  private static @Nullable String replaced(Step.Text step, String text) {
    String replaced = text;
    try {
      for (Step.Pair pair : step.pairs()) {
        replaced = replaced.replaceAll(pair.from(), pair.to());
      }
      return replaced;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  private static @Nullable String firstDigit(String text, String other) {
    int at = text.length() > 1 && text.charAt(0) == '-' ? 1 : 0;
    boolean digit = !text.isEmpty() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    if (digit) {
      return String.valueOf(text.charAt(at));
    }
    return other.isEmpty() ? null : other;
  }

  static Kernel name(Step.Name step) {
    int[] numbers = step.names().keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    String[] names = Arrays.stream(numbers).mapToObj(step.names()::get).toArray(String[]::new);
    return (slots, rows, fates) -> {
      Kernel.rejectNulls(slots, step.in(), fates, step.field());
      int[] in = slots.ints(step.in());
      int[] out = slots.ints(step.out());
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          int place = Arrays.binarySearch(numbers, in[row]);
          if (place < 0) {
            Kernel.reject(fates, row, step.field(), in[row] + " has no category");
          } else {
            out[row] = slots.texts.number(names[place]);
          }
        }
      }
      slots.clearNulls(step.out());
    };
  }

  static Kernel concatenate(Step.Concatenate step) {
    int[] in = step.in().stream().mapToInt(Integer::intValue).toArray();
    StringBuilder text = new StringBuilder();
    return (slots, rows, fates) -> {
      int[] out = slots.ints(step.out());
      for (int row = 0; row < rows; row++) {
        if (fates.isAlive(row)) {
          text.setLength(0);
          for (int i = 0; i < in.length; i++) {
            text.append(i == 0 ? "" : step.delimiter()).append(slots.text(in[i], row));
          }
          out[row] = slots.texts.number(text.toString());
        }
      }
      slots.clearNulls(step.out());
    };
  }
}
