package dev.nightjar.transform;

import dev.nightjar.transform.Program.Input;
import dev.nightjar.transform.Program.Output;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Holds the steps of a program against its slots, so that running it cannot fail over them. */
final class ProgramCheck {
  private static final Set<Kind> REALS = EnumSet.of(Kind.DOUBLE, Kind.FLOAT);
  private static final Set<Kind> WHOLES = EnumSet.of(Kind.INT, Kind.LONG);
  private static final Set<Kind> NUMBERS = EnumSet.complementOf(EnumSet.of(Kind.TEXT));
  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  private final List<Input> inputs;
  private final List<Kind> slots;
  private final List<Step> steps;
  private final List<Output> outputs;
  private final BitSet full = new BitSet();
  private String at = "its inputs";

  ProgramCheck(List<Input> inputs, List<Kind> slots, List<Step> steps, List<Output> outputs) {
    this.inputs = inputs;
    this.slots = slots;
    this.steps = steps;
    this.outputs = outputs;
  }

  void run() {
    require(slots.size() <= Program.MOST_SLOTS, "it has " + slots.size() + " slots");
    for (Input input : inputs) {
      writes(input.slot(), EnumSet.of(Input.kind(input.type())));
    }
    require(full.cardinality() == inputs.size(), "two inputs share a slot");
    for (int i = 0; i < steps.size(); i++) {
      at = "step " + i + " (" + steps.get(i).getClass().getSimpleName() + ")";
      check(steps.get(i));
    }
    at = "its outputs";
    outputs.forEach(output -> reads(output.slot(), NUMBERS));
  }

  private void check(Step step) {
    if (step instanceof Step.Constant s) {
      operand(s.value(), kind(s.out()));
      require(s.value().slot() == null, "a constant is no slot");
      writes(s.out(), ALL);
    } else if (step instanceof Step.Apply s) {
      same(s.in(), s.out(), REALS);
    } else if (step instanceof Step.Real s) {
      same(s.in(), s.out(), REALS);
    } else if (step instanceof Step.Whole s) {
      same(s.in(), s.out(), WHOLES);
    } else if (step instanceof Step.Combine s) {
      require(s.in().size() >= 2, "combines fewer than two slots");
      s.in().forEach(in -> reads(in, EnumSet.of(kind(s.out()))));
      writes(s.out(), EnumSet.of(Kind.DOUBLE, Kind.FLOAT, Kind.INT, Kind.LONG));
    } else if (step instanceof Step.Scale s) {
      same(s.in(), s.out(), EnumSet.of(Kind.DOUBLE));
    } else if (step instanceof Step.Convert s) {
      reads(s.in(), ALL);
      writes(s.out(), EnumSet.complementOf(EnumSet.of(Kind.BOOLEAN)));
    } else if (step instanceof Step.TimeField s) {
      reads(s.in(), EnumSet.of(Kind.LONG));
      writes(s.out(), EnumSet.of(Kind.INT));
      zone(s.zone());
    } else if (step instanceof Step.OneHot s) {
      reads(s.in(), EnumSet.of(Kind.INT));
      s.out().forEach(out -> writes(out, EnumSet.of(Kind.INT)));
      require(!s.out().contains(s.in()), "writes over what it reads");
      require(s.out().stream().distinct().count() == s.out().size(), "writes a slot twice");
    } else {
      checkTexts(step);
    }
  }

  private void checkTexts(Step step) {
    if (step instanceof Step.Index s) {
      reads(s.in(), EnumSet.of(Kind.TEXT));
      writes(s.out(), EnumSet.of(Kind.INT));
    } else if (step instanceof Step.Name s) {
      reads(s.in(), EnumSet.of(Kind.INT));
      writes(s.out(), EnumSet.of(Kind.TEXT));
    } else if (step instanceof Step.Text s) {
      same(s.in(), s.out(), EnumSet.of(Kind.TEXT));
      if (s.operation() == Step.TextOperation.REPLACE) {
        s.pairs().forEach(pair -> pattern(pair.from()));
      }
    } else if (step instanceof Step.Concatenate s) {
      s.in().forEach(in -> reads(in, ALL));
      writes(s.out(), EnumSet.of(Kind.TEXT));
    } else if (step instanceof Step.Choose s) {
      condition(s.when());
      operand(s.then(), kind(s.out()));
      operand(s.otherwise(), kind(s.out()));
      writes(s.out(), ALL);
    } else if (step instanceof Step.Filter s) {
      condition(s.when());
    } else if (step instanceof Step.ByReference s) {
      byReference(s);
    }
  }

  private void byReference(Step.ByReference step) {
    require(step.action() >= 0, "there is no step " + step.action());
    step.in().forEach(in -> reads(in, ALL));
    step.made().forEach(out -> writes(out, ALL));
    require(step.made().stream().noneMatch(step.in()::contains), "writes over what it reads");
    require(step.made().size() == step.places().size(), "does not say where its values come from");
    require(step.places().stream().allMatch(place -> place >= 0), "takes a value from nowhere");
  }

  private void condition(@Nullable Condition condition) {
    require(condition != null, "a condition is missing");
    if (condition instanceof Condition.All c) {
      c.of().forEach(this::condition);
    } else if (condition instanceof Condition.Any c) {
      c.of().forEach(this::condition);
    } else if (condition instanceof Condition.Not c) {
      condition(c.of());
    } else if (condition instanceof Condition.OneOf c) {
      condition(c.first());
      condition(c.second());
    } else if (condition instanceof Condition.Compare c) {
      reads(c.slot(), NUMBERS);
      Constants.check(kind(c.slot()), c.value());
    } else if (condition instanceof Condition.Among c) {
      reads(c.slot(), NUMBERS);
      c.values().forEach(value -> Constants.check(kind(c.slot()), value));
    } else if (condition instanceof Condition.TextAmong c) {
      reads(c.slot(), EnumSet.of(Kind.TEXT));
    } else if (condition instanceof Condition.Matches c) {
      reads(c.slot(), EnumSet.of(Kind.TEXT));
      pattern(c.pattern());
    } else if (condition instanceof Condition.IsNull c) {
      reads(c.slot(), ALL);
    } else if (condition instanceof Condition.IsNaN c) {
      reads(c.slot(), REALS);
    } else if (condition instanceof Condition.IsInfinite c) {
      reads(c.slot(), REALS);
    }
  }

  private void operand(Operand operand, Kind kind) {
    if (operand.slot() != null) {
      reads(operand.slot(), EnumSet.of(kind));
    } else if (operand.constant() != null) {
      Constants.check(kind, operand.constant());
    }
  }

  private void pattern(String text) {
    try {
      Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(at + ": '" + text + "' is no regular expression", e);
    }
  }

  private void zone(String id) {
    try {
      ZoneId.of(id);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(at + ": there is no time zone '" + id + "'", e);
    }
  }

  private void same(int in, int out, Set<Kind> kinds) {
    reads(in, kinds);
    writes(out, EnumSet.of(kind(in)));
  }

  private void reads(int slot, Set<Kind> kinds) {
    require(kinds.contains(kind(slot)), "slot " + slot + " holds " + kind(slot));
    require(full.get(slot), "slot " + slot + " holds nothing yet");
  }

  private void writes(int slot, Set<Kind> kinds) {
    require(kinds.contains(kind(slot)), "slot " + slot + " holds " + kind(slot));
    full.set(slot);
  }

  private Kind kind(int slot) {
    require(slot >= 0 && slot < slots.size(), "there is no slot " + slot);
    return slots.get(slot);
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("the pipeline cannot run: " + at + ": " + what);
    }
  }
}
