package dev.nightjar.contract;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.YamlFile;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.feature.Constants;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Contracts as YAML: files beside a training program and the {@code contract} of a bundle. */
public final class Contracts {
  private static final String CATEGORY = "category";

  private Contracts() {}

  /**
   * The contract in a file.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public static Contract read(Path file, Environment environment) {
    Problems problems = new Problems();
    Optional<Contract> contract =
        YamlFile.read(file, environment, problems).flatMap(Contracts::read);
    problems.throwIfAny();
    return contract.orElseThrow();
  }

  /**
   * The contract that a section holds; empty when it has no inputs or outputs, which is reported.
   */
  public static Optional<Contract> read(Section section) {
    List<InputField> inputs =
        List.copyOf(section.sections("inputs", Contracts::readInput).values());
    Layout layout = Layouts.read(section);
    List<OutputField> outputs =
        List.copyOf(
            section
                .sections("outputs", (name, one) -> readOutput(name, one, layout.outputs()))
                .values());
    if (inputs.isEmpty()) {
      section.problem("inputs", "a contract needs an input; write {name: {type: double}}");
    }
    if (outputs.isEmpty()) {
      section.problem("outputs", "a contract needs an output; write {name: {of: probability}}");
    }
    Set<String> columns = new HashSet<>();
    for (OutputField output : outputs) {
      for (Field column : output.columns()) {
        if (!columns.add(column.name())) {
          section.problem("outputs", "the column '" + column.name() + "' would be written twice");
        }
      }
    }
    section.refuseUnknownKeys();
    return inputs.isEmpty() || outputs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Contract(inputs, outputs, layout));
  }

  private static InputField readInput(String name, Section section) {
    String word = section.string("type");
    boolean category = word.equals(CATEGORY);
    DataType type = category ? DataType.STRING : typeOf(section, word);
    List<String> values = section.strings("values");
    if (category && values.isEmpty()) {
      section.problem("values", "a category needs its known values; write [UA, AA, DL]");
    }
    Optional<Object> written = Constants.written(section, "default", type);
    OnMissing onMissing =
        section.choice(
            "on-missing",
            OnMissing.class,
            written.isPresent() ? OnMissing.IMPUTE : OnMissing.REJECT);
    Optional<Object> defaultValue = written.flatMap(w -> defaultOf(section, w, type));
    if (onMissing == OnMissing.IMPUTE && written.isEmpty()) {
      section.problem("default", "is needed by 'on-missing: impute'");
    }
    if (onMissing != OnMissing.IMPUTE && written.isPresent()) {
      section.problem("default", "is only used by 'on-missing: impute'");
    }
    OnUnknown onUnknown = section.choice("on-unknown", OnUnknown.class, OnUnknown.REJECT);
    Optional<String> other = section.optionalString("other");
    checkCategory(section, category, values, onUnknown, other);
    Optional<Range> range = readRange(section, type);
    OnInvalid onInvalid = section.choice("on-invalid", OnInvalid.class, OnInvalid.REJECT);
    section.refuseUnknownKeys();
    return new InputField(
        name, type, category, values, onMissing, defaultValue, range, onInvalid, onUnknown, other);
  }

  private static DataType typeOf(Section section, String word) {
    Optional<DataType> type = DataType.of(word);
    if (type.isEmpty() && !word.isEmpty()) {
      List<String> words = new ArrayList<>(DataType.words());
      words.add(CATEGORY);
      section.problem(
          "type", section.quote(word) + " is not a type" + Suggestion.text(word, words));
    }
    return type.orElse(DataType.STRING);
  }

  private static Optional<Object> defaultOf(Section section, Object written, DataType type) {
    Optional<Object> value = Constants.convert(written, type);
    if (value.isEmpty()) {
      section.problem(
          "default", section.quote(written.toString()) + " is not a value of type " + type.word());
    }
    return value;
  }

  private static void checkCategory(
      Section section,
      boolean category,
      List<String> values,
      OnUnknown onUnknown,
      Optional<String> other) {
    if (!category) {
      for (String key : List.of("values", "on-unknown", "other")) {
        if (section.has(key)) {
          section.problem(key, "is for 'type: category'");
        }
      }
      return;
    }
    if (new HashSet<>(values).size() < values.size()) {
      section.problem("values", "a value stands here twice");
    }
    if (onUnknown == OnUnknown.OTHER && other.filter(values::contains).isEmpty()) {
      section.problem(
          "other",
          "'on-unknown: other' needs one of the values here: " + String.join(", ", values));
    }
    if (onUnknown != OnUnknown.OTHER && other.isPresent()) {
      section.problem("other", "is only used by 'on-unknown: other'");
    }
  }

  private static Optional<Range> readRange(Section section, DataType type) {
    List<Object> bounds = section.constants("range");
    if (bounds.isEmpty()) {
      return Optional.empty();
    }
    if (!type.isNumeric()) {
      section.problem("range", "is for numbers; this is a " + type.word());
      return Optional.empty();
    }
    if (bounds.size() == 2
        && bounds.get(0) instanceof Number least
        && bounds.get(1) instanceof Number greatest
        && least.doubleValue() <= greatest.doubleValue()) {
      return Optional.of(new Range(least.doubleValue(), greatest.doubleValue()));
    }
    section.problem("range", "write the least and the greatest number, such as [0, 20000]");
    return Optional.empty();
  }

  private static OutputField readOutput(
      String name, Section section, List<NetworkOutput> declared) {
    OutputField.Kind of =
        section.choice("of", OutputField.Kind.class, OutputField.Kind.PROBABILITY);
    boolean isClass = of == OutputField.Kind.CLASS;
    String fallback = isClass ? "string" : "float";
    String word = section.optionalString("type").orElse(fallback);
    boolean fits = isClass ? word.equals("string") : word.equals("float") || word.equals("double");
    if (!fits) {
      section.problem(
          "type",
          section.quote(word)
              + " cannot hold a "
              + Section.word(of)
              + "; use "
              + (isClass ? "string" : "float or double"));
    }
    Optional<Double> threshold = section.number("threshold");
    if (threshold.isPresent() && of != OutputField.Kind.PROBABILITY) {
      section.problem("threshold", "is for 'of: probability'");
    }
    List<String> classes = section.strings("classes");
    if (isClass && classes.size() < 2) {
      section.problem(
          "classes", "'of: class' needs the names of the output layer's units, in order");
    }
    int unit = (int) section.whole("unit", 0, 0, Integer.MAX_VALUE);
    Optional<String> from = section.optionalString("from");
    checkFrom(section, from, declared.stream().map(NetworkOutput::name).toList());
    section.refuseUnknownKeys();
    DataType type = fits ? DataType.of(word).orElseThrow() : DataType.FLOAT;
    return new OutputField(name, type, of, unit, threshold, classes, from);
  }

  /** Where the layout declares the network's outputs; else the network itself is asked. */
  private static void checkFrom(Section section, Optional<String> from, List<String> declared) {
    if (declared.size() > 1 && from.isEmpty()) {
      section.problem(
          "from",
          "says of which of the network's outputs it is made: " + String.join(", ", declared));
    }
    if (!declared.isEmpty() && from.isPresent() && !declared.contains(from.get())) {
      section.problem(
          "from",
          section.quote(from.get())
              + " is none of the outputs that 'layout' declares: "
              + String.join(", ", declared)
              + Suggestion.text(from.get(), declared));
    }
  }

  /** The contract as nested maps that YAML writes and {@link #read(Section)} reads. */
  public static Map<String, Object> toYaml(Contract contract) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    contract.inputs().forEach(input -> inputs.put(input.name(), toYaml(input)));
    Map<String, Object> outputs = new LinkedHashMap<>();
    contract.outputs().forEach(output -> outputs.put(output.name(), toYaml(output)));
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("inputs", inputs);
    yaml.put("outputs", outputs);
    if (!contract.layout().equals(Layout.ROWS)) {
      yaml.put("layout", Layouts.toYaml(contract.layout()));
    }
    return yaml;
  }

  private static Map<String, Object> toYaml(InputField input) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("type", input.typeWord());
    if (input.category()) {
      yaml.put("values", new ArrayList<>(input.values()));
      yaml.put("on-unknown", Section.word(input.onUnknown()));
      input.other().ifPresent(other -> yaml.put("other", other));
    }
    yaml.put("on-missing", Section.word(input.onMissing()));
    input
        .defaultValue()
        .ifPresent(value -> yaml.put("default", Constants.toYaml(value, input.type())));
    input
        .range()
        .ifPresent(
            range -> yaml.put("range", new ArrayList<>(List.of(range.least(), range.greatest()))));
    yaml.put("on-invalid", Section.word(input.onInvalid()));
    return yaml;
  }

  private static Map<String, Object> toYaml(OutputField output) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("type", output.type().word());
    yaml.put("of", Section.word(output.of()));
    if (output.of() == OutputField.Kind.CLASS) {
      yaml.put("classes", new ArrayList<>(output.classes()));
    } else {
      yaml.put("unit", output.unit());
    }
    output.threshold().ifPresent(threshold -> yaml.put("threshold", threshold));
    output.from().ifPresent(from -> yaml.put("from", from));
    return yaml;
  }
}
