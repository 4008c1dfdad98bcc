package dev.nightjar.feature;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Durations;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Feature views as YAML: files in {@code conf/views} and sections of {@code bundle.yaml}. */
public final class FeatureViews {
  private static final String NO_EVENT_TIME = "none";
  private static final String DEFAULT = "default";
  private static final String VALUE = "value";
  private static final String TYPE = "type";
  private static final String COLUMN = "column";
  private static final String AGGREGATE = "aggregate";
  private static final String OVER = "over";
  private static final Duration STAND_IN = Duration.ofDays(1);

  private FeatureViews() {}

  /**
   * The view in a file.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public static FeatureView read(Path file, Environment environment) {
    return readDeclared(file, environment).view();
  }

  /**
   * The view in a file, with what the file says of it beside its rule.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public static DeclaredView readDeclared(Path file, Environment environment) {
    Problems problems = new Problems();
    Optional<DeclaredView> declared =
        YamlFile.read(file, environment, problems).flatMap(FeatureViews::readDeclared);
    problems.throwIfAny();
    return declared.orElseThrow();
  }

  /**
   * The view that a file's top section holds; it must say where the table lies. Empty when it lacks
   * what a view cannot be without; that has been reported.
   */
  public static Optional<FeatureView> read(Section section) {
    return readDeclared(section).map(DeclaredView::view);
  }

  /** As {@link #read(Section)}, with what the file says beside the view's rule. */
  public static Optional<DeclaredView> readDeclared(Section section) {
    boolean isStatic =
        section.optionalString("event-time").filter(NO_EVENT_TIME::equals).isPresent();
    ViewCard card = ViewCard.read(section, isStatic);
    return read(section, source(section)).map(view -> new DeclaredView(view, card));
  }

  private static Optional<Source> source(Section section) {
    return Optional.of(section.section("source"))
        .map(
            s -> {
              Source read = Source.read(s);
              s.refuseUnknownKeys();
              return read;
            });
  }

  /** The view that a section of a bundle holds, without a place. */
  public static Optional<FeatureView> readSemantics(Section section) {
    return read(section, Optional.empty());
  }

  private static Optional<FeatureView> read(Section section, Optional<Source> source) {
    String name = section.name("view");
    Map<String, String> keys = keys(section);
    Optional<String> eventTime = eventTime(section);
    Availability availability = availability(section);
    Optional<Duration> maxAge = section.duration("max-age");
    Boundary boundary = section.choice("boundary", Boundary.class, Boundary.INCLUSIVE);
    NullPolicy nulls = section.choice("nulls", NullPolicy.class, NullPolicy.LATEST_ROW);
    boolean timeless = eventTime.isEmpty();
    if (timeless) {
      refuseTimes(section);
    }
    List<Feature> features = features(section, keys, eventTime);
    boolean sound = areWindowsSound(section, features, timeless);
    List<String> tieBreak = section.strings("tie-break");
    OnTie onTie = section.choice("on-tie", OnTie.class, OnTie.REJECT);
    section.refuseUnknownKeys();
    if (keys.isEmpty() || features.isEmpty() || !sound) {
      return Optional.empty();
    }
    return Optional.of(
        new FeatureView(
            name,
            source,
            keys,
            eventTime,
            timeless ? new Availability.AtEventTime() : availability,
            timeless ? Optional.empty() : maxAge,
            timeless ? Boundary.INCLUSIVE : boundary,
            tieBreak,
            onTie,
            nulls,
            features));
  }

  private static Map<String, String> keys(Section section) {
    Map<String, String> keys = section.stringMap("keys");
    if (hasNothing(section, "keys")) {
      section.problem("keys", "a view needs a key; write {input column: view column}");
    }
    section.optionalSection("keys").ifPresent(FeatureViews::checkKeys);
    return keys;
  }

  private static void checkKeys(Section keys) {
    Map<String, String> inputs = new HashMap<>();
    for (String input : keys.keys()) {
      String column = keys.string(input);
      String other = column.isEmpty() ? null : inputs.putIfAbsent(column, input);
      if (other != null) {
        keys.problem(
            input, "the view's " + keys.quote(column) + " is matched with '" + other + "' already");
      }
      if (keys.optionalString(input).filter(String::isBlank).isPresent()) {
        keys.problem(input, "is empty; name a column of the view");
      }
      if (ReservedColumns.isReserved(input)) {
        keys.problem(input, "no input has columns beginning with " + ReservedColumns.PREFIX);
      }
    }
  }

  private static Optional<String> eventTime(Section section) {
    String column = section.string("event-time");
    if (section.optionalString("event-time").filter(String::isBlank).isPresent()) {
      section.problem("event-time", "is empty; name a column, or write none");
    }
    return column.equals(NO_EVENT_TIME) ? Optional.empty() : Optional.of(column);
  }

  private static void refuseTimes(Section section) {
    for (String key : List.of("available-after", "available-at", "max-age", "boundary")) {
      if (section.has(key)) {
        section.problem(
            key, "has no meaning without event times; this view has 'event-time: none'");
      }
    }
  }

  /** Reports what cannot stand beside windows. */
  private static boolean areWindowsSound(
      Section section, List<Feature> features, boolean timeless) {
    List<Feature> windowed = features.stream().filter(f -> f.aggregation().isPresent()).toList();
    if (windowed.isEmpty()) {
      return true;
    }
    if (timeless) {
      section.problem(
          "event-time",
          "'" + windowed.get(0).name() + "' is computed over a window, which needs event times");
    }
    if (windowed.size() < features.size()) {
      Feature plain = features.stream().filter(f -> f.aggregation().isEmpty()).findFirst().get();
      section.problem(
          "features",
          "'"
              + windowed.get(0).name()
              + "' is computed over a window and '"
              + plain.name()
              + "' is the value of one row; make two views of the table, one for each kind");
    }
    for (String key : List.of("max-age", "nulls")) {
      if (section.has(key)) {
        section.problem(
            key,
            "has no meaning beside windows: 'over' says how old rows may be, nulls are left out");
      }
    }
    boolean canBeTied =
        windowed.stream().anyMatch(f -> f.aggregation().orElseThrow().function() == Function.LAST);
    for (String key : List.of("tie-break", "on-tie")) {
      if (section.has(key) && !canBeTied) {
        section.problem(key, "has no meaning where no feature is the last value of a window");
      }
    }
    return !timeless
        && windowed.size() == features.size()
        && List.of("max-age", "nulls").stream().noneMatch(section::has)
        && (canBeTied || List.of("tie-break", "on-tie").stream().noneMatch(section::has));
  }

  private static List<Feature> features(
      Section section, Map<String, String> keys, Optional<String> eventTime) {
    List<Feature> features =
        List.copyOf(
            section
                .sections("features", (name, feature) -> feature(name, feature, eventTime))
                .values());
    if (hasNothing(section, "features")) {
      section.problem("features", "a view needs a feature; write {name: {type: double}}");
    }
    for (Feature feature : features) {
      if (keys.containsKey(feature.name())) {
        section
            .section("features")
            .problem(
                feature.name(),
                "the input has a column of this name, it is a key; name the feature otherwise and"
                    + " write 'column: "
                    + feature.column()
                    + "'");
      }
    }
    return features;
  }

  // What stands there but is no map of keys has been reported as that.
  private static boolean hasNothing(Section section, String key) {
    return !section.has(key) || (section.hasSection(key) && section.section(key).keys().isEmpty());
  }

  private static Availability availability(Section section) {
    Optional<Duration> after = section.duration("available-after");
    Optional<String> at = section.optionalString("available-at");
    if (after.isPresent() && at.isPresent()) {
      section.problem("available-at", "stands beside 'available-after'; keep one of the two");
    }
    if (at.isPresent()) {
      return new Availability.AtColumn(at.get());
    }
    return after
        .<Availability>map(Availability.After::new)
        .orElseGet(Availability.AtEventTime::new);
  }

  private static Feature feature(String name, Section section, Optional<String> eventTime) {
    if (ReservedColumns.isReserved(name)) {
      section.problem(
          "a feature's name cannot begin with "
              + ReservedColumns.PREFIX
              + "; these are Nightjar's");
    }
    Optional<Aggregation> aggregation = aggregation(section);
    Optional<DataType> type = type(section, aggregation);
    boolean counts = aggregation.isPresent() && aggregation.get().function() == Function.COUNT;
    String column = section.optionalString(COLUMN).orElse(counts ? eventTime.orElse(name) : name);
    if (column.isBlank()) {
      section.problem(
          COLUMN,
          "is empty; leave it out "
              + (counts ? "to count rows" : "when it is named like the feature"));
    }
    DefaultValue defaultValue = defaultValue(section, type);
    section.refuseUnknownKeys();
    return new Feature(
        name,
        column,
        type.orElse(DataType.STRING),
        aggregation,
        // Where there is nothing to count, there are none: a fact, and nothing invented.
        counts && !section.has(DEFAULT) ? new Constant(0L) : defaultValue);
  }

  private static Optional<Aggregation> aggregation(Section section) {
    if (!section.has(AGGREGATE) && !section.has(OVER)) {
      return Optional.empty();
    }
    Optional<Duration> over = section.duration(OVER);
    for (String key : List.of(AGGREGATE, OVER)) {
      if (!section.has(key)) {
        section.problem(
            key,
            "the key is required and missing: {"
                + AGGREGATE
                + ": sum, "
                + OVER
                + ": 7d} is the sum over the past seven days");
      }
    }
    Function function = section.choice(AGGREGATE, Function.class, Function.COUNT);
    if (over.filter(Duration::isZero).isPresent()) {
      section.problem(OVER, "is 0, and such a window holds nothing; write a length such as 7d");
    }
    // Of a length that is none a mistake was reported; any other stands in for it.
    return Optional.of(
        new Aggregation(function, over.filter(length -> !length.isZero()).orElse(STAND_IN)));
  }

  private static Optional<DataType> type(Section section, Optional<Aggregation> aggregation) {
    Optional<DataType> computed = aggregation.flatMap(of -> of.function().result());
    if (computed.isPresent() && !section.has(TYPE)) {
      return computed;
    }
    String word = section.string(TYPE);
    Optional<DataType> type = DataType.of(word);
    if (type.isEmpty() && section.has(TYPE)) {
      section.problem(
          TYPE, section.quote(word) + " is not a type" + Suggestion.text(word, DataType.words()));
    }
    if (computed.isPresent() && type.isPresent() && !type.equals(computed)) {
      section.problem(
          TYPE,
          "a "
              + Section.word(aggregation.orElseThrow().function())
              + " is a "
              + computed.get().word()
              + "; write that, or leave it out");
      return computed;
    }
    return type;
  }

  private static DefaultValue defaultValue(Section section, Optional<DataType> type) {
    if (section.hasSection(DEFAULT)) {
      Section explicit = section.section(DEFAULT);
      if (!explicit.has(VALUE)) {
        explicit.problem(VALUE, "the key is required and missing");
      }
      DefaultValue constant = type.map(t -> constant(explicit, VALUE, t)).orElseGet(None::new);
      explicit.refuseUnknownKeys();
      return constant;
    }
    if (!section.has(DEFAULT) || type.isEmpty()) {
      return new None();
    }
    return Constants.written(section, DEFAULT, type.get())
        .flatMap(FeatureViews::kind)
        .map(kind -> statistic(section, kind, type.get()))
        .orElseGet(() -> constant(section, DEFAULT, type.get()));
  }

  private static Optional<Kind> kind(Object written) {
    return Arrays.stream(Kind.values()).filter(k -> Section.word(k).equals(written)).findFirst();
  }

  private static DefaultValue statistic(Section section, Kind kind, DataType type) {
    if (kind != Kind.MOST_FREQUENT && !type.isNumeric()) {
      section.problem(
          DEFAULT,
          "'"
              + Section.word(kind)
              + "' needs numbers; a "
              + type.word()
              + " can use most-frequent"
              + (type == DataType.STRING
                  ? ", and the text itself is written {value: " + Section.word(kind) + "}"
                  : ""));
    }
    return new Statistic(kind);
  }

  private static DefaultValue constant(Section section, String key, DataType type) {
    Optional<Object> written = Constants.written(section, key, type);
    Optional<Object> constant = written.flatMap(value -> Constants.convert(value, type));
    if (written.isPresent() && constant.isEmpty()) {
      section.problem(
          key,
          section.quote(written.get().toString())
              + " is not a value of type "
              + type.word()
              + (type == DataType.TIMESTAMP ? ", such as 2024-01-31T06:00:00Z" : "")
              + "; write one, or a statistic of training: "
              + String.join(" | ", Arrays.stream(Kind.values()).map(Section::word).toList()));
    }
    return constant.<DefaultValue>map(Constant::new).orElseGet(None::new);
  }

  /** The view's rule as nested maps that YAML writes and {@link #readSemantics} reads. */
  public static Map<String, Object> toYaml(FeatureView view) {
    Map<String, Object> yaml = new LinkedHashMap<>();
    yaml.put("view", view.name());
    yaml.put("keys", new LinkedHashMap<>(view.keys()));
    yaml.put("event-time", view.eventTime().orElse(NO_EVENT_TIME));
    if (view.availability() instanceof Availability.After after) {
      yaml.put("available-after", Durations.text(after.delay()));
    } else if (view.availability() instanceof Availability.AtColumn at) {
      yaml.put("available-at", at.column());
    }
    view.maxAge().ifPresent(age -> yaml.put("max-age", Durations.text(age)));
    if (!view.isStatic()) {
      yaml.put("boundary", Section.word(view.boundary()));
    }
    if (!view.tieBreak().isEmpty()) {
      yaml.put("tie-break", new ArrayList<>(view.tieBreak()));
    }
    if (view.canBeTied()) {
      yaml.put("on-tie", Section.word(view.onTie()));
    }
    if (!view.isWindowed()) {
      yaml.put("nulls", Section.word(view.nulls()));
    }
    Map<String, Object> features = new LinkedHashMap<>();
    for (Feature feature : view.features()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put(TYPE, feature.type().word());
      if (!feature.column().equals(feature.name()) || feature.aggregation().isPresent()) {
        one.put(COLUMN, feature.column());
      }
      feature
          .aggregation()
          .ifPresent(
              aggregation -> {
                one.put(AGGREGATE, Section.word(aggregation.function()));
                one.put(OVER, Durations.text(aggregation.over()));
              });
      if (feature.defaultValue() instanceof Constant constant) {
        one.put(DEFAULT, constantYaml(constant.value(), feature.type()));
      } else if (feature.defaultValue() instanceof Statistic statistic) {
        one.put(DEFAULT, Section.word(statistic.kind()));
      }
      features.put(feature.name(), one);
    }
    yaml.put("features", features);
    return yaml;
  }

  // A text that reads like a statistic is written out as the value that it is.
  private static Object constantYaml(Object value, DataType type) {
    Object yaml = Constants.toYaml(value, type);
    return kind(yaml).isPresent() ? Map.of(VALUE, yaml) : yaml;
  }
}
