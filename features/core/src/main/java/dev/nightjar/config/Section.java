package dev.nightjar.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.regex.Pattern;
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
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
  private static final String ENV = "env:";

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
      String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      if (entries.putIfAbsent(key, tuple) != null) {
        report(tuple.getKeyNode(), join(key), "the key stands here a second time; keep one");
      }
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
    return entries.keySet();
  }

  /** True when the file has the key with a value; marks the key as known. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** Reports a mistake at a key, or at this section when the key is absent. */
  public void problem(String key, String message) {
    NodeTuple tuple = entries.get(key);
    report(tuple == null ? node : tuple.getValueNode(), join(key), message);
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
    return optionalTemplate(key)
        .map(
            template -> {
              refuseVariables(key, template);
              return template.text();
            });
  }

  /** The text of a required key, in which variables of the run may stand. */
  public Template template(String key) {
    return optionalTemplate(key).orElseGet(() -> missing(key, Template.of("")));
  }

  /** {@link #template} of a key that may be absent. */
  public Optional<Template> optionalTemplate(String key) {
    Node value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof ScalarNode scalar)) {
      report(value, join(key), "a single value is expected here, not " + kind(value));
      return Optional.empty();
    }
    return Optional.of(withEnvironment(key, scalar));
  }

  /**
   * A name of lower-case letters, digits, dots, dashes and underscores; it becomes part of paths.
   */
  public String name(String key) {
    String name = string(key);
    if (!name.isEmpty() && !name.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
      problem(
          key,
          quote(name)
              + " cannot be a name; use up to 64 of a-z 0-9 . _ - and begin with a letter or digit");
    }
    return name;
  }

  /** A truth value, {@code true} or {@code false}. */
  public boolean bool(String key, boolean fallback) {
    return parsed(key, "is neither true nor false", Section::parseBoolean).orElse(fallback);
  }

  /** A whole number of at least {@code least}. */
  public long whole(String key, long fallback, long least) {
    return parsed(
            key,
            "is not a whole number of " + least + " or more",
            text -> {
              Long number = parseLong(text);
              return number == null || number < least ? null : number;
            })
        .orElse(fallback);
  }

  /** A finite number. */
  public Optional<Double> number(String key) {
    return parsed(key, "is not a finite number", Section::parseDouble);
  }

  /** A length of time such as {@code 90s}, {@code 20m}, {@code 2h} or {@code 7d}. */
  public Optional<Duration> duration(String key) {
    return parsed(
        key,
        "is not a length of time; write a whole number and a unit, such as 90s, 20m, 2h or 7d",
        Section::parseDuration);
  }

  /** A time zone by its name in the IANA database. */
  public Optional<ZoneId> zone(String key) {
    return parsed(
        key,
        "is not a time zone; write a name such as UTC or America/New_York",
        Section::parseZone);
  }

  /** One of the words of an enumeration, written in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
    Optional<String> text = optionalString(key);
    if (text.isEmpty()) {
      return fallback;
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Section::word).toList();
    int at = words.indexOf(text.get());
    if (at < 0) {
      problem(key, quote(text.get()) + " is not known here; use " + String.join(" | ", words));
      return fallback;
    }
    return type.getEnumConstants()[at];
  }

  /**
   * The word by which configuration names an enumeration's constant: {@code LAST_KNOWN} is
   * last-known.
   */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A list of texts; a single value counts as a list of one. Empty when the key is absent. */
  public List<String> strings(String key) {
    Node value = value(key);
    if (value == null) {
      return List.of();
    }
    List<Node> elements =
        value instanceof SequenceNode sequence ? sequence.getValue() : List.of(value);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof ScalarNode scalar) {
        Template template = withEnvironment(key, scalar);
        refuseVariables(key, template);
        texts.add(template.text());
      } else {
        problem(key, i, "a single value is expected here, not " + kind(elements.get(i)));
      }
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
    for (Node element : sequence.getValue()) {
      if (element instanceof ScalarNode scalar) {
        constants.add(constantOf(key, scalar));
      }
    }
    return List.copyOf(constants);
  }

  /** A value by its YAML type: Boolean, Long, Double or String. Empty when the key is absent. */
  public Optional<Object> constant(String key) {
    Node value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof ScalarNode scalar)) {
      report(value, join(key), "a single value is expected here, not " + kind(value));
      return Optional.empty();
    }
    return Optional.of(constantOf(key, scalar));
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
              if (value(key) == null) {
                missing(key, "");
              }
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
        .ifPresent(
            all ->
                all.keys()
                    .forEach(
                        name ->
                            all.optionalSection(name)
                                .ifPresent(one -> result.put(name, read.apply(name, one)))));
    return result;
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
        problem(key, i, "keys and values are expected here");
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
    return "'" + environment.redact(text) + "'";
  }

  private @Nullable Node value(String key) {
    known.add(key);
    NodeTuple tuple = entries.get(key);
    if (tuple == null) {
      return null;
    }
    Node value = tuple.getValueNode();
    return Tag.NULL.equals(value.getTag()) ? null : value;
  }

  private <T> Optional<T> parsed(String key, String rule, Function<String, @Nullable T> parse) {
    Optional<String> text = optionalString(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = Optional.ofNullable(parse.apply(text.get()));
    if (value.isEmpty()) {
      problem(key, quote(text.get()) + " " + rule);
    }
    return value;
  }

  private <T> T missing(String key, T standIn) {
    report(node, join(key), "the key is required and missing");
    return standIn;
  }

  private Object constantOf(String key, ScalarNode scalar) {
    String text = withEnvironment(key, scalar).text();
    Tag tag = scalar.getTag();
    if (Tag.BOOL.equals(tag)) {
      return Boolean.valueOf(text);
    }
    if (Tag.INT.equals(tag)) {
      Long number = parseLong(text);
      if (number != null) {
        return number;
      }
    }
    if (Tag.INT.equals(tag) || Tag.FLOAT.equals(tag)) {
      Double number = parseDouble(text);
      if (number != null) {
        return number;
      }
      report(scalar, join(key), quote(text) + " is not a finite number");
      return 0.0;
    }
    return text;
  }

  private Template withEnvironment(String key, ScalarNode scalar) {
    String written = scalar.getValue();
    Matcher matcher = VARIABLE.matcher(written);
    String text =
        matcher.replaceAll(
            match -> {
              String name = match.group(1);
              if (!name.startsWith(ENV)) {
                return Matcher.quoteReplacement(match.group());
              }
              Optional<String> value = environment.get(name.substring(ENV.length()));
              if (value.isEmpty()) {
                report(
                    scalar,
                    join(key),
                    "the environment variable " + name.substring(ENV.length()) + " is not set");
              }
              return Matcher.quoteReplacement(value.orElse(""));
            });
    return new Template(written, text);
  }

  private void refuseVariables(String key, Template template) {
    if (!template.variables().isEmpty()) {
      problem(
          key,
          "${"
              + template.variables().iterator().next()
              + "} cannot stand here; besides ${env:NAME}, variables are for input paths and queries");
    }
  }

  private void report(Node at, String keyPath, String message) {
    int line = at.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    problems.add(new Problem(file, line, keyPath, message));
  }

  private String join(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String kind(Node node) {
    return node instanceof SequenceNode ? "a list" : "keys and values";
  }

  private static @Nullable Boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private static @Nullable Long parseLong(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Double parseDouble(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    try {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  private static @Nullable ZoneId parseZone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
