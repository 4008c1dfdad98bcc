package dev.nightjar.contract;

import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Contracts of every kind, for property tests. */
public final class AnyContract {
  private AnyContract() {}

  /** Contracts that {@link Contracts} can write. */
  public static Arbitrary<Contract> contracts() {
    Arbitrary<List<InputField>> inputs =
        names().list().uniqueElements().ofMinSize(1).ofMaxSize(4).flatMap(AnyContract::inputs);
    Arbitrary<List<OutputField>> outputs =
        names().list().uniqueElements().ofMinSize(1).ofMaxSize(3).flatMap(AnyContract::outputs);
    return Combinators.combine(inputs, outputs, layouts(), Arbitraries.of(true, false))
        .as(
            (in, out, layout, several) ->
                several ? ofSeveral(in, out, layout) : new Contract(in, out, layout));
  }

  /** Each output is made from one of the network's own. */
  private static Contract ofSeveral(
      List<InputField> inputs, List<OutputField> outputs, Layout layout) {
    return new Contract(
        inputs,
        outputs.stream().map(output -> output.madeFrom("net " + output.name())).toList(),
        new Layout(
            layout.input(),
            layout.output(),
            outputs.stream()
                .map(
                    output ->
                        new NetworkOutput(
                            "net " + output.name(),
                            layout.output(),
                            Math.max(output.unit() + 1, output.classes().size())))
                .toList()));
  }

  private static Arbitrary<Layout> layouts() {
    Arbitrary<Integer> sizes = Arbitraries.integers().between(1, 60);
    Arbitrary<InputLayout> inputs =
        Arbitraries.oneOf(
            Arbitraries.just(new InputLayout.Rows()),
            Combinators.combine(
                    sizes, sizes, sizes, Arbitraries.of(InputLayout.Image.PixelOrder.class))
                .as(InputLayout.Image::new),
            Combinators.combine(sizes, sizes, Arbitraries.of(InputLayout.Sequence.StepOrder.class))
                .as(InputLayout.Sequence::new),
            Combinators.combine(sizes, sizes)
                .as(
                    (width, steps) ->
                        new InputLayout.Several(
                            List.of(
                                new InputLayout.Several.Named(
                                    "rows of it", new InputLayout.Rows(width)),
                                new InputLayout.Several.Named(
                                    "a",
                                    new InputLayout.Sequence(
                                        steps,
                                        2,
                                        InputLayout.Sequence.StepOrder.FEATURES_FIRST))))));
    return Combinators.combine(inputs, Arbitraries.of(Layout.Output.class)).as(Layout::new);
  }

  /** Texts that YAML could take for something else, and others. */
  public static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "true",
            "null",
            "~",
            "no",
            "1",
            "1.0",
            "",
            " ",
            "a: b",
            "#",
            "- x",
            "\n",
            "'",
            "\"",
            "ı",
            "é",
            "${x}",
            "*a",
            "&a",
            "!!int 1",
            "2013-01-01",
            "{}",
            "[a]"),
        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(8));
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(6);
  }

  private static Arbitrary<List<InputField>> inputs(List<String> names) {
    return Combinators.combine(names.stream().map(AnyContract::input).toList()).as(List::copyOf);
  }

  private static Arbitrary<InputField> input(String name) {
    return Arbitraries.oneOf(
        Arbitraries.of(DataType.class).flatMap(type -> plain(name, type)), category(name));
  }

  private static Arbitrary<InputField> plain(String name, DataType type) {
    Arbitrary<Optional<Object>> defaults = value(type).map(Object.class::cast).optional();
    Arbitrary<Optional<InputField.Range>> ranges =
        type.isNumeric()
            ? Arbitraries.doubles()
                .between(-1e6, 1e6)
                .map(least -> new InputField.Range(least, least + 3.25))
                .optional()
            : Arbitraries.just(Optional.empty());
    return Combinators.combine(
            defaults,
            ranges,
            Arbitraries.of(InputField.OnMissing.REJECT, InputField.OnMissing.PASS),
            Arbitraries.of(InputField.OnInvalid.class))
        .as(
            (value, range, onMissing, onInvalid) ->
                new InputField(
                    name,
                    type,
                    false,
                    List.of(),
                    value.isPresent() ? InputField.OnMissing.IMPUTE : onMissing,
                    value,
                    range,
                    onInvalid,
                    InputField.OnUnknown.REJECT,
                    Optional.empty()));
  }

  private static Arbitrary<?> value(DataType type) {
    return switch (type) {
      case BOOLEAN -> Arbitraries.of(true, false);
      case INTEGER -> Arbitraries.integers();
      case LONG -> Arbitraries.longs();
      case FLOAT -> Arbitraries.floats();
      case DOUBLE -> Arbitraries.doubles();
      case STRING -> texts();
      case TIMESTAMP ->
          Arbitraries.longs().between(-62_000_000_000_000_000L, 200_000_000_000_000_000L);
    };
  }

  private static Arbitrary<InputField> category(String name) {
    Arbitrary<Set<String>> values = texts().set().ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(values, Arbitraries.of(InputField.OnUnknown.class))
        .as(
            (known, onUnknown) -> {
              List<String> list = new ArrayList<>(known);
              return new InputField(
                  name,
                  DataType.STRING,
                  true,
                  list,
                  InputField.OnMissing.REJECT,
                  Optional.empty(),
                  Optional.empty(),
                  InputField.OnInvalid.REJECT,
                  onUnknown,
                  onUnknown == InputField.OnUnknown.OTHER
                      ? Optional.of(list.get(0))
                      : Optional.empty());
            });
  }

  private static Arbitrary<List<OutputField>> outputs(List<String> names) {
    return Combinators.combine(names.stream().map(AnyContract::output).toList()).as(List::copyOf);
  }

  private static Arbitrary<OutputField> output(String name) {
    Arbitrary<Integer> units = Arbitraries.integers().between(0, 5);
    return Arbitraries.oneOf(
        units.map(unit -> OutputField.value(name, unit)),
        Combinators.combine(units, Arbitraries.doubles().between(0, 1))
            .as((unit, threshold) -> OutputField.probability(name, unit, threshold)),
        texts()
            .list()
            .uniqueElements()
            .ofMinSize(2)
            .ofMaxSize(4)
            .map(classes -> OutputField.ofClass(name, classes)));
  }
}
