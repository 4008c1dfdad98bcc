package dev.nightjar.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A map of keys in a configuration file. Every accessor marks its key as known; what breaks a rule
 * is reported to the {@link Problems} and a stand-in is returned, so that one reading finds all
 * mistakes. Results may only be used after {@link Problems#throwIfAny}. Call {@link
 * #refuseUnknownKeys} last. Not thread-safe.
 */
public final class Section {
  private static final String ENV = "env:";
  private static final String FILE = "file:";
  private static final String OPENING = "${";
  private static final int LONGEST_QUOTE = 120;

  private final String file;
  private final String path;
  private final MappingNode node;
  private final Environment environment;
  private final Problems problems;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  Section(String file, String path, MappingNode node, Environment environment, Problems problems) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.environment = environment;
    this.problems = problems;
    for (NodeTuple tuple : node.getValue()) {
      addEntry(tuple);
    }
  }

  private void addEntry(NodeTuple tuple) {
    Node at = tuple.getKeyNode();
    if (!(at instanceof ScalarNode key)) {
      report(at, path, "a key must be a single text, not " + kind(at));
    } else if (key.getValue().isEmpty()) {
      report(at, path, "a key is missing before ':'");
    } else if (entries.putIfAbsent(key.getValue(), tuple) != null) {
      report(at, join(key.getValue()), "the key stands here a second time; keep one");
    }
  }

  /** What problems call the file. */
  public String file() {
    return file;
  }

  /** Where this section stands: {@code features.temp}, empty for the top. */
  public String path() {
    return path;
  }

  /** The keys that the file has here, in its order. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** True when the file has the key with a value; marks the key as known. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** True when the file has keys and values at the key; marks the key as known. */
  public boolean hasSection(String key) {
    return value(key) instanceof MappingNode;
  }

  /** Reports a mistake at a key, or at this section when the key is absent. */
  public void problem(String key, String message) {
    NodeTuple tuple = entries.get(key);
    report(tuple == null ? node : tuple.getValueNode(), join(key), message);
  }

  /** Where a key's value stands; the beginning of this section when the key is absent. */
  public Place place(String key) {
    NodeTuple tuple = entries.get(key);
    return new Place(file, line(tuple == null ? node : tuple.getValueNode()), join(key));
  }

  /** Reports a mistake of the section as a whole. */
  public void problem(String message) {
    report(node, path, message);
  }

  /** Reports a mistake in the element of a list. */
  public void problem(String key, int index, String message) {
    Node list = value(key);
    Node at =
        list instanceof SequenceNode sequence && index < sequence.getValue().size()
            ? sequence.getValue().get(index)
            : list == null ? node : list;
    report(at, join(key) + "[" + index + "]", message);
  }

  /** The text of a required key; the stand-in is the empty text. */
  public String string(String key) {
    return optionalString(key).orElseGet(() -> missing(key, ""));
  }

  /** The text of a key; a number or truth value counts as its text. */
  public Optional<String> optionalString(String key) {
    return closed(key).map(Template::text);
  }

  /** The text of a required key, in which variables of the run may stand. */
  public Template template(String key) {
    return optionalTemplate(key).orElseGet(() -> missing(key, Template.of("")));
  }

  /** {@link #template(String)}, in which only these variables of the run may stand. */
  public Template template(String key, Set<String> variables) {
    Template template = template(key);
    for (String name : template.variables()) {
      if (!variables.contains(name)) {
        problem(key, "there is no variable ${" + name + "}" + Suggestion.text(name, variables));
      }
    }
    return template;
  }

  /** {@link #template(String)} of a key that may be absent. */
  public Optional<Template> optionalTemplate(String key) {
    return scalar(key).flatMap(scalar -> substituted(scalar, join(key), true));
  }

  /**
   * A name of lower-case letters, digits, dots, dashes and underscores; it becomes part of paths.
   */
  public String name(String key) {
    Optional<Template> name = closed(key);
    if (name.isPresent() && !name.get().text().matches("[a-z0-9][a-z0-9._-]{0,63}")) {
      problem(
          key,
          quote(name.get())
              + " cannot be a name; use up to 64 of a-z 0-9 . _ - and begin with a letter or"
              + " digit");
    }
    return name.map(Template::text).orElseGet(() -> missing(key, ""));
  }

  /** A truth value, {@code true} or {@code false}. */
  public boolean bool(String key, boolean fallback) {
    return parsed(key, "is neither true nor false", Literals::truth).orElse(fallback);
  }

  /** A whole number of at least {@code least}. */
  public long whole(String key, long fallback, long least) {
    return whole(key, fallback, least, Long.MAX_VALUE);
  }

  /** A whole number from {@code least} to {@code most}. */
  public long whole(String key, long fallback, long least, long most) {
    String range = most == Long.MAX_VALUE ? "of " + least + " or more" : least + " to " + most;
    return parsed(
            key,
            "is not a whole number " + range,
            text -> {
              Long number = Literals.whole(text);
              return number == null || number < least || number > most ? null : number;
            })
        .orElse(fallback);
  }

  /** A finite number. */
  public Optional<Double> number(String key) {
    return parsed(key, "is not a finite number", Literals::decimal);
  }

  /** A length of time such as {@code 90s}, {@code 20m}, {@code 2h} or {@code 7d}. */
  public Optional<Duration> duration(String key) {
    return parsed(
        key,
        "is not a length of time; write a whole number and a unit, such as 90s, 20m, 2h or 7d,"
            + " and no more than 106751d",
        Literals::duration);
  }

  /** A time zone by its name in the IANA database. */
  public Optional<ZoneId> zone(String key) {
    return parsed(
        key, "is not a time zone; write a name such as UTC or America/New_York", Literals::zone);
  }

  /** One of the words of an enumeration, written in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Section::word).toList();
    return parsed(
            key,
            "is not known here; use " + String.join(" | ", words),
            text -> named(type, text).orElse(null))
        .orElse(fallback);
  }

  /**
   * The word by which configuration names an enumeration's constant: {@code LAST_KNOWN} is
   * last-known.
   */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant of that {@link #word}; empty when there is none. */
  public static <E extends Enum<E>> Optional<E> named(Class<E> type, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> word(constant).equals(word))
        .findFirst();
  }

  /** A list of texts; a single value counts as a list of one. Empty when the key is absent. */
  public List<String> strings(String key) {
    Node value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      return optionalString(key).map(List::of).orElseGet(List::of);
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      String at = join(key) + "[" + i + "]";
      scalar(sequence.getValue().get(i), at)
          .flatMap(scalar -> substituted(scalar, at, false))
          .ifPresent(template -> texts.add(template.text()));
    }
    return List.copyOf(texts);
  }

  /** A list of constants, as {@link #constant} reads them. Empty when the key is absent. */
  public List<Object> constants(String key) {
    Node value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      report(value, join(key), "a list is expected here, such as [1, 2], not " + kind(value));
      return List.of();
    }
    List<Object> constants = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      String at = join(key) + "[" + i + "]";
      scalar(sequence.getValue().get(i), at)
          .flatMap(scalar -> constantOf(scalar, at))
          .ifPresent(constants::add);
    }
    return List.copyOf(constants);
  }

  /** A value by its YAML type: Boolean, Long, Double or String. Empty when the key is absent. */
  public Optional<Object> constant(String key) {
    return scalar(key).flatMap(scalar -> constantOf(scalar, join(key)));
  }

  /** A map of texts, in the file's order. Empty when the key is absent. */
  public Map<String, String> stringMap(String key) {
    Map<String, String> map = new LinkedHashMap<>();
    optionalSection(key).ifPresent(section -> map.putAll(section.stringMap()));
    return map;
  }

  /** This section as a map of texts, in the file's order. */
  public Map<String, String> stringMap() {
    Map<String, String> map = new LinkedHashMap<>();
    keys().forEach(key -> map.put(key, string(key)));
    return map;
  }

  /** A section that must be there; the stand-in is an empty one. */
  public Section section(String key) {
    return optionalSection(key)
        .orElseGet(
            () -> {
              missing(key, "");
              // What the stand-in lacks is no further mistake: its problems are thrown away.
              return new Section(
                  file,
                  join(key),
                  new MappingNode(Tag.MAP, List.of(), node.getFlowStyle()),
                  environment,
                  new Problems());
            });
  }

  /** A section that may be absent. */
  public Optional<Section> optionalSection(String key) {
    Node value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof MappingNode map)) {
      report(value, join(key), "keys and values are expected here, not " + kind(value));
      return Optional.empty();
    }
    return Optional.of(new Section(file, join(key), map, environment, problems));
  }

  /**
   * A map from names to sections, read one by one, in the file's order. Empty when the key is
   * absent.
   */
  public <T> Map<String, T> sections(String key, BiFunction<String, Section, T> read) {
    Map<String, T> result = new LinkedHashMap<>();
    optionalSection(key)
        .ifPresent(all -> all.keys().forEach(name -> all.readInto(result, name, read)));
    return result;
  }

  private <T> void readInto(
      Map<String, T> result, String name, BiFunction<String, Section, T> read) {
    if (!has(name)) {
      problem(name, "keys and values are expected here, and there is nothing");
    }
    optionalSection(name).ifPresent(one -> result.put(name, read.apply(name, one)));
  }

  /** A list of sections, read one by one. Empty when the key is absent. */
  public <T> List<T> sectionList(String key, BiFunction<Integer, Section, T> read) {
    Node value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof SequenceNode sequence)) {
      report(value, join(key), "a list is expected here, not " + kind(value));
      return List.of();
    }
    List<T> result = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      if (sequence.getValue().get(i) instanceof MappingNode map) {
        String at = join(key) + "[" + i + "]";
        result.add(read.apply(i, new Section(file, at, map, environment, problems)));
      } else {
        problem(
            key, i, "keys and values are expected here, not " + kind(sequence.getValue().get(i)));
      }
    }
    return List.copyOf(result);
  }

  /** Reports each key of this section that no accessor has asked for, with a suggestion. */
  public void refuseUnknownKeys() {
    for (Map.Entry<String, NodeTuple> entry : entries.entrySet()) {
      if (!known.contains(entry.getKey())) {
        report(
            entry.getValue().getKeyNode(),
            join(entry.getKey()),
            "there is no such key" + Suggestion.text(entry.getKey(), known));
      }
    }
  }

  /** The text in single quotes, for messages; values of the environment go by their names. */
  public String quote(String text) {
    String shown = environment.redact(text);
    return "'"
        + (shown.length() > LONGEST_QUOTE ? shown.substring(0, LONGEST_QUOTE) + "…" : shown)
        + "'";
  }

  // As the file has it: then even a secret too short to be redacted is not shown.
  private String quote(Template template) {
    return quote(template.written());
  }

  private @Nullable Node value(String key) {
    known.add(key);
    NodeTuple tuple = entries.get(key);
    if (tuple == null) {
      problems.keyIsAbsent(join(key));
      return null;
    }
    Node value = tuple.getValueNode();
    return Tag.NULL.equals(value.getTag()) ? null : value;
  }

  private <T> Optional<T> parsed(String key, String rule, Function<String, @Nullable T> parse) {
    Optional<Template> written = closed(key);
    if (written.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = Optional.ofNullable(parse.apply(written.get().text()));
    if (value.isEmpty()) {
      problem(key, quote(written.get()) + " " + rule);
    }
    return value;
  }

  private <T> T missing(String key, T standIn) {
    NodeTuple tuple = entries.get(key);
    known.add(key);
    if (tuple == null) {
      report(node, join(key), "the key is required and missing");
    } else if (value(key) == null) {
      report(tuple.getKeyNode(), join(key), "the key is required and has no value");
    } // else what stands there has been reported
    return standIn;
  }

  private Optional<ScalarNode> scalar(String key) {
    Node value = value(key);
    return value == null ? Optional.empty() : scalar(value, join(key));
  }

  private Optional<ScalarNode> scalar(Node node, String at) {
    if (node instanceof ScalarNode scalar && !Tag.NULL.equals(node.getTag())) {
      return Optional.of(scalar);
    }
    report(node, at, "a single value is expected here, not " + kind(node));
    return Optional.empty();
  }

  private Optional<Template> closed(String key) {
    return scalar(key).flatMap(scalar -> substituted(scalar, join(key), false));
  }

  private Optional<Object> constantOf(ScalarNode scalar, String at) {
    return substituted(scalar, at, false)
        .map(
            template ->
                switch (scalar.getTag().getValue()) {
                  case "tag:yaml.org,2002:bool" -> Boolean.valueOf(template.text());
                  case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float" ->
                      number(scalar, template.text(), at);
                  default -> template.text();
                });
  }

  private Object number(ScalarNode scalar, String text, String at) {
    Long whole = Literals.whole(text);
    if (whole != null) {
      return whole;
    }
    Double decimal = Literals.decimal(text);
    if (decimal == null) {
      report(scalar, at, quote(text) + " is not a finite number");
    }
    return decimal == null ? 0.0 : decimal;
  }

  /**
   * The text with variables of the environment put in; empty when that is not possible, which has
   * been reported.
   *
   * @param open whether variables of the run may stand in it
   */
  private Optional<Template> substituted(ScalarNode scalar, String at, boolean open) {
    String written = scalar.getValue();
    if (environment.isVerbatim()) {
      return Optional.of(Template.of(written));
    }
    StringBuilder text = new StringBuilder();
    int copied = 0;
    boolean sound = true;
    Matcher matcher = Template.VARIABLE.matcher(written);
    while (matcher.find()) {
      sound &= isClosed(scalar, written.substring(copied, matcher.start()), at);
      Optional<String> value = valueOf(matcher.group(1), scalar, at, open);
      sound &= value.isPresent();
      text.append(written.substring(copied, matcher.start())).append(value.orElse(""));
      copied = matcher.end();
    }
    sound &= isClosed(scalar, written.substring(copied), at);
    text.append(written.substring(copied));
    return sound ? Optional.of(new Template(written, text.toString())) : Optional.empty();
  }

  private boolean isClosed(ScalarNode scalar, String literal, String at) {
    boolean closed = !literal.contains(OPENING);
    if (!closed) {
      report(scalar, at, "a '${' has no '}'");
    }
    return closed;
  }

  private Optional<String> valueOf(String variable, ScalarNode scalar, String at, boolean open) {
    if (variable.isBlank() || variable.equals(ENV)) {
      report(scalar, at, "${" + variable + "} names no variable");
      return Optional.empty();
    }
    if (variable.startsWith(ENV)) {
      return environmentValue(variable.substring(ENV.length()), scalar, at, open);
    }
    if (variable.startsWith(FILE)) {
      return fileValue(variable.substring(FILE.length()), scalar, at, open);
    }
    if (!open) {
      report(
          scalar,
          at,
          "${"
              + variable
              + "} cannot stand here; besides ${env:NAME}, variables are for input paths and"
              + " queries");
    }
    return open ? Optional.of(OPENING + variable + "}") : Optional.empty();
  }

  private Optional<String> environmentValue(
      String name, ScalarNode scalar, String at, boolean open) {
    Optional<String> value = environment.get(name);
    if (value.isEmpty()) {
      report(scalar, at, "the environment variable " + name + " is not set");
      return value;
    }
    return unlessOpening(value.get(), "the environment variable " + name, scalar, at, open);
  }

  private Optional<String> fileValue(String name, ScalarNode scalar, String at, boolean open) {
    if (!name.startsWith("/")) {
      report(scalar, at, "${file:" + name + "} is no absolute path; write ${file:/path}");
      return Optional.empty();
    }
    try {
      String value = environment.file(Path.of(name));
      return unlessOpening(value, "the file " + name, scalar, at, open);
    } catch (IOException | InvalidPathException e) {
      report(scalar, at, "the file " + name + " cannot be read as text");
      return Optional.empty();
    }
  }

  // It would be expanded as if the file had it, and a part of a secret shown as its name.
  private Optional<String> unlessOpening(
      String value, String of, ScalarNode scalar, String at, boolean open) {
    if (open && value.contains(OPENING)) {
      report(scalar, at, "the value of " + of + " holds a '${'");
      return Optional.empty();
    }
    return Optional.of(value);
  }

  private void report(Node at, String keyPath, String message) {
    problems.add(new Problem(file, line(at), keyPath, message));
  }

  private static int line(Node at) {
    return at.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String kind(Node node) {
    if (node instanceof SequenceNode) {
      return "a list";
    }
    if (node instanceof MappingNode) {
      return "keys and values";
    }
    return Tag.NULL.equals(node.getTag()) ? "nothing" : "a single value";
  }
}
