package dev.nightjar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.YamlFile;
import dev.nightjar.config.YamlText;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * What a bundle and a training record keep is what was joined by: nothing may change on the way.
 */
class RoundTripTest {
  /** Texts that YAML, or our own reading, could take for something else. */
  private static final Arbitrary<String> TRICKY =
      Arbitraries.of(
          "mean",
          "min",
          "max",
          "most-frequent",
          "none",
          "null",
          "~",
          "true",
          "yes",
          "007",
          "1.50",
          "1e3",
          ".nan",
          "-",
          "- a",
          "a: b",
          "{a}",
          "[b]",
          "#",
          "'",
          "\"",
          "&a",
          "*a",
          "!!str x",
          " leading",
          "trailing ",
          "two\nlines\n",
          "\ttab",
          "${env:HOME}",
          "${interval.date}",
          "${",
          "2024-01-31T06:00:00Z",
          "ı İ ß",
          "\ud83e\udd89",
          "%",
          "@",
          "`",
          "<<",
          "?",
          "---");

  @Property
  void a_view_survives_being_written(@ForAll("views") FeatureView view) {
    String yaml = YamlText.of(FeatureViews.toYaml(view));

    Problems problems = new Problems();
    Optional<FeatureView> read =
        YamlFile.parse("v", yaml, Environment.verbatim(), problems)
            .flatMap(FeatureViews::readSemantics);
    assertThat(problems.found()).isEmpty();
    assertThat(read).contains(view);
    assertThat(read.orElseThrow().keys().toString()).isEqualTo(view.keys().toString());
  }

  @Property
  void a_training_record_survives_being_written(
      @ForAll("views") FeatureView view, @ForAll("figures") Map<DataType, Object> figures) {
    Map<String, Object> values = new LinkedHashMap<>();
    view.features().forEach(f -> values.put(f.name(), figures.get(f.type())));
    TrainingRecord record =
        new TrainingRecord(
            List.of(view),
            new FeatureStatistics(Map.of(view.name(), values)),
            "0123e45",
            Long.MAX_VALUE,
            0);

    assertThat(TrainingRecord.parse("r", record.toYaml())).isEqualTo(record);
  }

  @Property
  void every_constant_survives_being_written(@ForAll("figures") Map<DataType, Object> figures) {
    figures.forEach(
        (type, value) ->
            assertThat(Constants.convert(asRead(Constants.toYaml(value, type)), type))
                .contains(value));
  }

  // Whole numbers of every width are read as longs.
  private static Object asRead(Object yaml) {
    return yaml instanceof Integer whole ? (Object) whole.longValue() : yaml;
  }

  @Test
  void the_first_and_last_instants_that_fit_survive_being_written() {
    for (long micros : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, Long.MAX_VALUE}) {
      Object yaml = Constants.toYaml(micros, DataType.TIMESTAMP);
      assertThat(Constants.convert(yaml, DataType.TIMESTAMP)).contains(micros);
    }
  }

  @Test
  void a_record_without_views_or_statistics_is_one() {
    TrainingRecord record = new TrainingRecord(List.of(), FeatureStatistics.NONE, "", 0, 0);

    assertThat(TrainingRecord.parse("r", record.toYaml())).isEqualTo(record);
  }

  @Test
  void a_record_of_another_format_is_refused_without_a_word_about_its_keys() {
    assertThatThrownBy(() -> TrainingRecord.parse("r.yaml", "format: 2\nnew: 1\n"))
        .hasMessage("r.yaml:1: format: 2 is not a format that this Nightjar reads; it reads 1");
  }

  @Test
  void a_damaged_record_is_refused_with_all_its_mistakes() {
    assertThatThrownBy(
            () ->
                TrainingRecord.parse(
                    "r.yaml",
                    """
                    format: 1
                    rows: -1
                    views:
                    - view: w
                      keys: {a: b}
                      event-time: t
                      features: {f: {type: integer, default: min}}
                    statistics:
                      w: {f: 1.5, g: 2}
                      x: {f: 1}
                    """))
        .hasMessage(
            """
            r.yaml:9: statistics.w.f: '1.5' is not a value of type integer
            r.yaml:9: statistics.w.g: there is no such key; known: f
            r.yaml:10: statistics.x: there is no such key; known: w
            r.yaml:1: input-digest: the key is required and missing
            r.yaml:2: rows: '-1' is not a whole number of 0 or more
            r.yaml:1: rejected: the key is required and missing""");
  }

  @Test
  void figures_stand_for_the_defaults_that_ask_for_them() {
    Feature mean = new Feature("m", "m", DataType.DOUBLE, new Statistic(Kind.MEAN));
    Feature min = new Feature("n", "n", DataType.DOUBLE, new Statistic(Kind.MIN));
    Feature fixed = new Feature("c", "c", DataType.DOUBLE, new Constant(7.0));
    FeatureView view = view(List.of(mean, min, fixed));
    FeatureStatistics statistics =
        new FeatureStatistics(Map.of("v", Map.of("m", 1.5, "n", Double.NaN, "c", 9.0)));

    assertThat(statistics.resolve(view).features())
        .extracting(Feature::defaultValue)
        .containsExactly(new Constant(1.5), new None(), new Constant(7.0));
    assertThat(FeatureStatistics.neededBy(view)).isTrue();
    assertThat(FeatureStatistics.neededBy(statistics.resolve(view))).isFalse();
  }

  @Test
  void what_a_type_cannot_hold_is_no_value_of_it() {
    assertThat(Constants.convert(1L << 31, DataType.INTEGER)).isEmpty();
    assertThat(Constants.convert(1.0, DataType.LONG)).isEmpty();
    assertThat(Constants.convert((1L << 53) + 1, DataType.DOUBLE)).isEmpty();
    assertThat(Constants.convert(Long.MAX_VALUE, DataType.DOUBLE)).isEmpty();
    assertThat(Constants.convert((1L << 24) + 1, DataType.FLOAT)).isEmpty();
    assertThat(Constants.convert(1e39, DataType.FLOAT)).isEmpty();
    assertThat(Constants.convert(0.1, DataType.FLOAT)).contains(0.1f);
    assertThat(Constants.convert(1L, DataType.BOOLEAN)).isEmpty();
    assertThat(Constants.convert("2024-01-31T06:00:00.0000001Z", DataType.TIMESTAMP)).isEmpty();
    assertThat(Constants.convert("+999999999-01-01T00:00:00Z", DataType.TIMESTAMP)).isEmpty();
    assertThat(Constants.convert(5L, DataType.TIMESTAMP)).isEmpty();
  }

  @Property
  void a_windowed_view_survives_being_written(@ForAll("windowedViews") FeatureView view) {
    a_view_survives_being_written(view);
  }

  @Provide
  Arbitrary<FeatureView> windowedViews() {
    Arbitrary<List<Feature>> features =
        windowed().list().ofMinSize(1).ofMaxSize(4).uniqueElements(Feature::name);
    return Combinators.combine(
            rules().filter(rule -> rule.eventTime.isPresent()),
            name("t").list().ofMaxSize(2),
            Arbitraries.of(OnTie.class),
            features)
        .as(
            (rule, tieBreak, onTie, of) -> {
              boolean canBeTied =
                  of.stream()
                      .anyMatch(f -> f.aggregation().orElseThrow().function() == Function.LAST);
              return new FeatureView(
                  "v",
                  Optional.empty(),
                  Map.of("k", "c"),
                  rule.eventTime,
                  rule.availability,
                  Optional.empty(),
                  rule.boundary,
                  canBeTied ? tieBreak : List.of(),
                  canBeTied ? onTie : OnTie.REJECT,
                  NullPolicy.LATEST_ROW,
                  of);
            });
  }

  private static Arbitrary<Feature> windowed() {
    Arbitrary<Aggregation> aggregations =
        Combinators.combine(
                Arbitraries.of(Function.class),
                Arbitraries.longs().between(1, 1_000_000_000_000L).map(Duration::ofMillis))
            .as(Aggregation::new);
    return Combinators.combine(aggregations, Arbitraries.of(DataType.class))
        .flatAs(
            (aggregation, any) -> {
              DataType type = aggregation.function().result().orElse(any);
              Arbitrary<DefaultValue> defaults =
                  aggregation.function() == Function.COUNT
                      ? defaults(type).filter(value -> !(value instanceof None))
                      : defaults(type);
              return Combinators.combine(name("f"), name("c"), defaults)
                  .as(
                      (name, column, value) ->
                          new Feature(name, column, type, Optional.of(aggregation), value));
            });
  }

  @Provide
  Arbitrary<FeatureView> views() {
    Arbitrary<List<Feature>> features =
        features().list().ofMinSize(1).ofMaxSize(4).uniqueElements(Feature::name);
    return Combinators.combine(
            Arbitraries.strings().withChars("abc019._-").ofMaxLength(8).map(s -> "v" + s),
            Arbitraries.maps(name("k"), name("c")).ofMinSize(1).ofMaxSize(3),
            rules(),
            name("t").list().ofMaxSize(2),
            Arbitraries.of(OnTie.class),
            Arbitraries.of(NullPolicy.class),
            features)
        .filter(
            (name, keys, r, t, o, n, f) -> keys.values().stream().distinct().count() == keys.size())
        .as(
            (name, keys, rule, tieBreak, onTie, nulls, of) ->
                new FeatureView(
                    name,
                    Optional.empty(),
                    keys,
                    rule.eventTime,
                    rule.availability,
                    rule.maxAge,
                    rule.boundary,
                    tieBreak,
                    onTie,
                    nulls,
                    of));
  }

  @Provide
  Arbitrary<Map<DataType, Object>> figures() {
    return Combinators.combine(
            value(DataType.BOOLEAN),
            value(DataType.INTEGER),
            value(DataType.LONG),
            value(DataType.FLOAT),
            value(DataType.DOUBLE),
            value(DataType.STRING),
            value(DataType.TIMESTAMP))
        .as(
            (truth, integer, whole, single, twice, text, time) ->
                Map.of(
                    DataType.BOOLEAN, truth,
                    DataType.INTEGER, integer,
                    DataType.LONG, whole,
                    DataType.FLOAT, single,
                    DataType.DOUBLE, twice,
                    DataType.STRING, text,
                    DataType.TIMESTAMP, time));
  }

  private record Rule(
      Optional<String> eventTime,
      Availability availability,
      Optional<Duration> maxAge,
      Boundary boundary) {}

  private static Arbitrary<Rule> rules() {
    Rule timeless =
        new Rule(
            Optional.empty(), new Availability.AtEventTime(), Optional.empty(), Boundary.INCLUSIVE);
    Arbitrary<Duration> durations =
        Arbitraries.longs().between(0, 1_000_000_000_000L).map(Duration::ofMillis);
    Arbitrary<Availability> availabilities =
        Arbitraries.oneOf(
            Arbitraries.just(new Availability.AtEventTime()),
            durations.map(Availability.After::new),
            name("a").map(Availability.AtColumn::new));
    Arbitrary<Rule> timed =
        Combinators.combine(
                name("e").map(Optional::of),
                availabilities,
                durations.optional(),
                Arbitraries.of(Boundary.class))
            .as(Rule::new);
    return Arbitraries.oneOf(Arbitraries.just(timeless), timed);
  }

  private static Arbitrary<Feature> features() {
    Arbitrary<DataType> types = Arbitraries.of(DataType.class);
    return types.flatMap(
        type ->
            Combinators.combine(name("f"), name("c"), defaults(type))
                .as((name, column, value) -> new Feature(name, column, type, value)));
  }

  private static Arbitrary<DefaultValue> defaults(DataType type) {
    Arbitrary<Kind> kinds =
        type.isNumeric() ? Arbitraries.of(Kind.class) : Arbitraries.just(Kind.MOST_FREQUENT);
    return Arbitraries.oneOf(
        Arbitraries.just(new None()), kinds.map(Statistic::new), value(type).map(Constant::new));
  }

  private static Arbitrary<Object> value(DataType type) {
    return switch (type) {
      case BOOLEAN -> Arbitraries.of(true, false);
      case INTEGER -> Arbitraries.integers().asGeneric();
      case LONG, TIMESTAMP -> Arbitraries.longs().asGeneric();
      case FLOAT ->
          Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite).asGeneric();
      case DOUBLE ->
          Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite).asGeneric();
      case STRING -> Arbitraries.oneOf(TRICKY, Arbitraries.strings().ascii()).asGeneric();
    };
  }

  /** A name that no other list gives, so that keys and features never meet. */
  private static Arbitrary<String> name(String beginning) {
    return Arbitraries.oneOf(TRICKY, Arbitraries.strings().alpha().ofMaxLength(5))
        .map(text -> beginning + text);
  }

  private static FeatureView view(List<Feature> features) {
    return new FeatureView(
        "v",
        Optional.empty(),
        Map.of("k", "k"),
        Optional.of("t"),
        new Availability.AtEventTime(),
        Optional.empty(),
        Boundary.INCLUSIVE,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        features);
  }
}
