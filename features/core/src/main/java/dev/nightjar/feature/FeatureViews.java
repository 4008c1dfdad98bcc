package dev.nightjar.feature;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Durations;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.DataType;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Feature views as YAML: files in {@code conf/views} and sections of {@code bundle.yaml}. */
public final class FeatureViews {
  private static final String NO_EVENT_TIME = "none";

  private FeatureViews() {}

  /**
   * The view in a file.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public static FeatureView read(Path file, Environment environment) {
    Problems problems = new Problems();
    Optional<FeatureView> view =
        YamlFile.read(file, environment, problems).flatMap(FeatureViews::read);
    problems.throwIfAny();
    return view.orElseThrow();
  }

  /**
   * The view that a file's top section holds; it must say where the table lies. Empty when it lacks
   * what a view cannot be without; that has been reported.
   */
  public static Optional<FeatureView> read(Section section) {
    Optional<Source> source =
        Optional.of(section.section("source"))
            .map(
                s -> {
                  Source read = Source.read(s);
                  s.refuseUnknownKeys();
                  return read;
                });
    return read(section, source);
  }

  /** The view that a section of a bundle holds, without a place. */
  public static Optional<FeatureView> readSemantics(Section section) {
    return read(section, Optional.empty());
  }

  private static Optional<FeatureView> read(Section section, Optional<Source> source) {
    String name = section.name("view");
    Map<String, String> keys = section.stringMap("keys");
    if (keys.isEmpty()) {
      section.problem("keys", "a view needs a key; write {input column: view column}");
    }
    String eventTime = section.string("event-time");
    boolean isStatic = eventTime.equals(NO_EVENT_TIME);
    Availability availability = availability(section);
    Optional<Duration> maxAge = section.duration("max-age");
    Boundary boundary = section.choice("boundary", Boundary.class, Boundary.INCLUSIVE);
    NullPolicy nulls = section.choice("nulls", NullPolicy.class, NullPolicy.LATEST_ROW);
    if (isStatic) {
      for (String key : List.of("available-after", "available-at", "max-age", "boundary")) {
        if (section.has(key)) {
          section.problem(
              key, "has no meaning without event times; this view has 'event-time: none'");
        }
      }
    }
    List<Feature> features =
        List.copyOf(section.sections("features", FeatureViews::feature).values());
    if (features.isEmpty()) {
      section.problem("features", "a view needs a feature; write {name: {type: double}}");
    }
    List<String> tieBreak = section.strings("tie-break");
    OnTie onTie = section.choice("on-tie", OnTie.class, OnTie.REJECT);
    section.refuseUnknownKeys();
    if (keys.isEmpty() || features.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new FeatureView(
            name,
            source,
            keys,
            isStatic ? Optional.empty() : Optional.of(eventTime),
            availability,
            maxAge,
            boundary,
            tieBreak,
            onTie,
            nulls,
            features));
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

  private static Feature feature(String name, Section section) {
    String word = section.string("type");
    DataType type =
        DataType.of(word)
            .orElseGet(
                () -> {
                  if (!word.isEmpty()) {
                    section.problem(
                        "type",
                        section.quote(word)
                            + " is not a type"
                            + Suggestion.text(word, DataType.words()));
                  }
                  return DataType.STRING;
                });
    String column = section.optionalString("column").orElse(name);
    DefaultValue defaultValue = defaultValue(section, type);
    section.refuseUnknownKeys();
    return new Feature(name, column, type, defaultValue);
  }

  private static DefaultValue defaultValue(Section section, DataType type) {
    Optional<Object> written = section.constant("default");
    if (written.isEmpty()) {
      return new None();
    }
    Object value = written.get();
    Optional<Kind> kind =
        Arrays.stream(Kind.values()).filter(k -> Section.word(k).equals(value)).findFirst();
    if (kind.isPresent()) {
      if (kind.get() != Kind.MOST_FREQUENT && !type.isNumeric()) {
        section.problem(
            "default",
            "'" + value + "' needs numbers; a " + type.word() + " can use most-frequent");
      }
      return new Statistic(kind.get());
    }
    Optional<Object> constant = Constants.convert(value, type);
    if (constant.isEmpty()) {
      section.problem(
          "default",
          section.quote(value.toString())
              + " is not a value of type "
              + type.word()
              + "; write one, or a statistic of training: "
              + String.join(" | ", Arrays.stream(Kind.values()).map(Section::word).toList()));
      return new None();
    }
    return new Constant(constant.get());
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
    yaml.put("on-tie", Section.word(view.onTie()));
    yaml.put("nulls", Section.word(view.nulls()));
    Map<String, Object> features = new LinkedHashMap<>();
    for (Feature feature : view.features()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("type", feature.type().word());
      if (!feature.column().equals(feature.name())) {
        one.put("column", feature.column());
      }
      if (feature.defaultValue() instanceof Constant constant) {
        one.put("default", Constants.toYaml(constant.value(), feature.type()));
      } else if (feature.defaultValue() instanceof Statistic statistic) {
        one.put("default", Section.word(statistic.kind()));
      }
      features.put(feature.name(), one);
    }
    yaml.put("features", features);
    return yaml;
  }
}
