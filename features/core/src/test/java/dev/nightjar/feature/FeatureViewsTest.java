package dev.nightjar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureViewsTest {
  private static final String LEAST =
      """
      view: weather
      source: {path: data/weather}
      keys: {origin: station}
      event-time: time_hour
      features:
        temp: {type: double}
      """;

  @TempDir Path folder;

  @Test
  void a_view_with_every_key_is_read() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("weather.yaml"),
            """
            view: weather
            source:
              path: data/weather/${interval.date}
              format: csv
              header: false
              delimiter: "\\t"
              null-value: NA
              zone: America/New_York
              columns: {time_hour: timestamp, temp: double}
            keys: {origin: station, dest: other}
            event-time: time_hour
            available-after: 20m
            max-age: 2h
            boundary: strict
            tie-break: [version, updated]
            on-tie: any
            nulls: last-known
            features:
              temp: {type: double, column: t, default: mean}
              gust: {type: float, default: 0.5}
              sky: {type: string, default: most-frequent}
              seen: {type: timestamp, default: 2024-01-31T06:00:00.5Z}
              none: {type: long}
            """);

    FeatureView view = FeatureViews.read(file, Environment.empty());

    assertThat(view.name()).isEqualTo("weather");
    assertThat(view.keys().toString()).isEqualTo("{origin=station, dest=other}");
    assertThat(view.eventTime()).contains("time_hour");
    assertThat(view.availability()).isEqualTo(new Availability.After(Duration.ofMinutes(20)));
    assertThat(view.maxAge()).contains(Duration.ofHours(2));
    assertThat(view.boundary()).isEqualTo(Boundary.STRICT);
    assertThat(view.tieBreak()).containsExactly("version", "updated");
    assertThat(view.onTie()).isEqualTo(OnTie.ANY);
    assertThat(view.nulls()).isEqualTo(NullPolicy.LAST_KNOWN);
    assertThat(view.features())
        .containsExactly(
            new Feature("temp", "t", DataType.DOUBLE, new Statistic(Kind.MEAN)),
            new Feature("gust", "gust", DataType.FLOAT, new Constant(0.5f)),
            new Feature("sky", "sky", DataType.STRING, new Statistic(Kind.MOST_FREQUENT)),
            new Feature("seen", "seen", DataType.TIMESTAMP, new Constant(1_706_680_800_500_000L)),
            new Feature("none", "none", DataType.LONG, new None()));
    FileSource source = (FileSource) view.source().orElseThrow();
    assertThat(source.path().written()).isEqualTo("data/weather/${interval.date}");
    assertThat(source.format()).isEqualTo(FileSource.Format.CSV);
    assertThat(source.header()).isFalse();
    assertThat(source.delimiter()).isEqualTo("\t");
    assertThat(source.nullValue()).contains("NA");
    assertThat(source.zone()).isEqualTo(ZoneId.of("America/New_York"));
    assertThat(source.columns())
        .isEqualTo(Map.of("time_hour", DataType.TIMESTAMP, "temp", DataType.DOUBLE));
  }

  @Test
  void what_a_view_does_not_say_has_a_fallback() {
    FeatureView view = view(LEAST);

    assertThat(view.source()).contains(Source.parquet("data/weather"));
    assertThat(view.availability()).isEqualTo(new Availability.AtEventTime());
    assertThat(view.maxAge()).isEmpty();
    assertThat(view.boundary()).isEqualTo(Boundary.INCLUSIVE);
    assertThat(view.onTie()).isEqualTo(OnTie.REJECT);
    assertThat(view.nulls()).isEqualTo(NullPolicy.LATEST_ROW);
    assertThat(view.isStatic()).isFalse();
    assertThat(view.semantics().source()).isEmpty();
  }

  /** What stands in LEAST, by what it is replaced, and that this is taken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time_hour              | none",
        "time_hour              | \"time hour\"",
        "event-time: time_hour  | {event-time: time_hour, available-at: time_hour}",
        "{origin: station}      | {a: x, b: y, c: z}",
        "{type: double}         | {type: double, default: 5}",
        "{type: double}         | {type: long, default: -9223372036854775808}",
        "{type: double}         | {type: integer, default: 2147483647}",
        "{type: double}         | {type: float, default: 3.4028235e38}",
        "{type: double}         | {type: boolean, default: true}",
        "{type: double}         | {type: boolean, default: most-frequent}",
        "{type: double}         | {type: string, default: 1.50}",
        "{type: double}         | {type: string, default: true}",
        "{type: double}         | {type: string, default: {value: mean}}",
        "{type: double}         | {type: timestamp, default: 9999-12-31T23:59:59.999999Z}",
        "temp                   | _temp",
        "temp                   | 'air temperature'",
        "path: data/weather     | 'path: in, format: csv, delimiter: \"\\t\"'",
      })
  void these_are_taken(String part, String replacement) {
    assertThat(messages(LEAST.replace(part, unwrapped(replacement)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "view: weather § view: Weather § f.yaml:1: view: 'Weather' cannot be a name; use up to 64"
            + " of a-z 0-9 . _ - and begin with a letter or digit",
        "view: weather § view: § f.yaml:1: view: the key is required and has no value",
        "view: weather § view: '' § f.yaml:1: view: '' cannot be a name; use up to 64 of a-z 0-9 ."
            + " _ - and begin with a letter or digit",
        "source: {path: data/weather} § # § f.yaml:1: source: the key is required and missing",
        "{path: data/weather} § data/weather § f.yaml:2: source: keys and values are expected"
            + " here, not a single value",
        "path: data/weather § path: '' § f.yaml:2: source.path: is empty",
        "path: data/weather § pth: x § f.yaml:2: source.path: the key is required and missing /"
            + " f.yaml:2: source.pth: there is no such key; did you mean 'path'?",
        "path: data/weather § path: x, header: true § f.yaml:2: source.header: is for 'format:"
            + " csv'; this source is parquet",
        "path: data/weather § path: x, format: csv, delimiter: '\\t' § f.yaml:2: source.delimiter:"
            + " '\\t' is not one character; write a tab as \"\\t\", in double quotes",
        "path: data/weather § path: x, columns: {t: int} § f.yaml:2: source.columns.t: 'int' is"
            + " not a type; did you mean 'integer'?",
        "{origin: station} § {} § f.yaml:3: keys: a view needs a key; write {input column: view"
            + " column}",
        "{origin: station} § [origin] § f.yaml:3: keys: keys and values are expected here, not a"
            + " list",
        "{origin: station} § {origin} § f.yaml:3: keys.origin: the key is required and has no"
            + " value",
        "{origin: station} § {origin: a, origin: b} § f.yaml:3: keys.origin: the key stands here a"
            + " second time; keep one",
        "{origin: station} § {origin: a, dest: a} § f.yaml:3: keys.dest: the view's 'a' is matched"
            + " with 'origin' already",
        "{origin: station} § {origin: ''} § f.yaml:3: keys.origin: is empty; name a column of the"
            + " view",
        "{origin: station} § {_nightjar_run: a} § f.yaml:3: keys._nightjar_run: no input has"
            + " columns beginning with _nightjar_",
        "{origin: station} § {temp: station} § f.yaml:6: features.temp: the input has a column of"
            + " this name, it is a key; name the feature otherwise and write 'column: temp'",
        "time_hour § '' § f.yaml:4: event-time: is empty; name a column, or write none",
        "time_hour § ${interval.date} § f.yaml:4: event-time: ${interval.date} cannot stand here;"
            + " besides ${env:NAME}, variables are for input paths and queries",
        "keys: § available-after: 0s\\navailable-at: seen\\nkeys: § f.yaml:4: available-at: stands"
            + " beside 'available-after'; keep one of the two",
        "event-time: time_hour § event-time: none\\nmax-age: 1h § f.yaml:5: max-age: has no meaning"
            + " without event times; this view has 'event-time: none'",
        "event-time: time_hour § event-time: none\\navailable-at: x § f.yaml:5: available-at: has no"
            + " meaning without event times; this view has 'event-time: none'",
        "keys: § max_age: 1h\\nkeys: § f.yaml:3: max_age: there is no such key; did you mean"
            + " 'max-age'?",
        "temp: {type: double} § temp: § f.yaml:6: features.temp: keys and values are expected here,"
            + " and there is nothing",
        "temp: {type: double} § temp: double § f.yaml:6: features.temp: keys and values are"
            + " expected here, not a single value",
        "temp: {type: double} § temp: {default: mean} § f.yaml:6: features.temp.type: the key is"
            + " required and missing",
        "temp § _nightjar_flags § f.yaml:6: features._nightjar_flags: a feature's name cannot begin"
            + " with _nightjar_; these are Nightjar's",
        "{type: double} § {type: duoble, default: 5} § f.yaml:6: features.temp.type: 'duoble' is"
            + " not a type; did you mean 'double'?",
        "{type: double} § {type: double, column: ''} § f.yaml:6: features.temp.column: is empty;"
            + " leave it out when it is named like the feature",
        "{type: double} § {type: double, default: [1]} § f.yaml:6: features.temp.default: a single"
            + " value is expected here, not a list",
        "{type: double} § {type: double, default: .nan} § f.yaml:6: features.temp.default: '.nan'"
            + " is not a finite number",
        "{type: double} § {type: double, default: '5'} § f.yaml:6: features.temp.default: '5' is"
            + " not a value of type double; write one, or a statistic of training: mean | min |"
            + " max | most-frequent",
        "{type: double} § {type: float, default: 1e39} § f.yaml:6: features.temp.default: '1.0E39'"
            + " is not a value of type float; write one, or a statistic of training: mean | min |"
            + " max | most-frequent",
        "{type: double} § {type: timestamp, default: 2024-01-31} § f.yaml:6: features.temp.default:"
            + " '2024-01-31' is not a value of type timestamp, such as 2024-01-31T06:00:00Z; write"
            + " one, or a statistic of training: mean | min | max | most-frequent",
        "{type: double} § {type: string, default: max} § f.yaml:6: features.temp.default: 'max'"
            + " needs numbers; a string can use most-frequent, and the text itself is written"
            + " {value: max}",
        "{type: double} § {type: boolean, default: mean} § f.yaml:6: features.temp.default: 'mean'"
            + " needs numbers; a boolean can use most-frequent",
        "{type: double} § {type: string, default: {valu: x}} § f.yaml:6:"
            + " features.temp.default.value: the key is required and missing / f.yaml:6:"
            + " features.temp.default.valu: there is no such key; did you mean 'value'?",
        "{type: double} § {type: double, default: '${env:ABSENT}'} § f.yaml:6:"
            + " features.temp.default: the environment variable ABSENT is not set",
      })
  void these_are_refused(String part, String replacement, String expected) {
    assertThat(String.join(" / ", messages(LEAST.replace(part, replacement.replace("\\n", "\n")))))
        .isEqualTo(expected);
  }

  @Test
  void windows_are_read_with_the_types_that_their_functions_have() {
    FeatureView view =
        view(
            LEAST.replace(
                "  temp: {type: double}\n",
                """
                  payments: {aggregate: count, over: 1h}
                  refunds: {aggregate: count, over: 7d, column: refund, default: 3}
                  spent: {aggregate: sum, over: 7d, column: amount}
                  usual: {aggregate: mean, over: 30d, column: amount, type: double, default: mean}
                  least: {aggregate: min, over: 90s, column: amount, type: integer}
                  place: {aggregate: last, over: 1d, type: string}
                """));

    assertThat(view.isWindowed()).isTrue();
    assertThat(view.canBeTied()).isTrue();
    assertThat(view.maxAge()).isEmpty();
    assertThat(view.maxAgeMicros()).isEqualTo(30L * 86_400 * 1_000_000);
    assertThat(view.features())
        .containsExactly(
            windowed(
                "payments", "time_hour", DataType.LONG, Function.COUNT, "PT1H", new Constant(0L)),
            windowed("refunds", "refund", DataType.LONG, Function.COUNT, "P7D", new Constant(3L)),
            windowed("spent", "amount", DataType.DOUBLE, Function.SUM, "P7D", new None()),
            windowed(
                "usual",
                "amount",
                DataType.DOUBLE,
                Function.MEAN,
                "P30D",
                new Statistic(Kind.MEAN)),
            windowed("least", "amount", DataType.INTEGER, Function.MIN, "PT90S", new None()),
            windowed("place", "place", DataType.STRING, Function.LAST, "P1D", new None()));
  }

  private static Feature windowed(
      String name,
      String column,
      DataType type,
      Function function,
      String over,
      DefaultValue defaultValue) {
    return new Feature(
        name,
        column,
        type,
        Optional.of(new Aggregation(function, Duration.parse(over))),
        defaultValue);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        "{aggregate: sum} § features.temp.over: the key is required and missing: {aggregate: sum,"
            + " over: 7d} is the sum over the past seven days",
        "{over: 7d} § features.temp.aggregate: the key is required and missing: {aggregate: sum,"
            + " over: 7d} is the sum over the past seven days",
        "{aggregate: median, over: 7d} § features.temp.aggregate: 'median' is not known here; use"
            + " count | sum | mean | min | max | last",
        "{aggregate: sum, over: week} § features.temp.over: 'week' is not a length of time; write a"
            + " whole number and a unit, such as 90s, 20m, 2h or 7d, and no more than 106751d",
        "{aggregate: sum, over: 0s} § features.temp.over: is 0, and such a window holds nothing;"
            + " write a length such as 7d",
        "{aggregate: sum, over: 7d, type: long} § features.temp.type: a sum is a double; write"
            + " that, or leave it out",
        "{aggregate: count, over: 7d, column: ''} § features.temp.column: is empty; leave it out to"
            + " count rows",
        "{aggregate: max, over: 7d} § features.temp.type: the key is required and missing",
        "{aggregate: sum, over: 7d, type: double}, other: {type: double} § features: 'temp' is"
            + " computed over a window and 'other' is the value of one row; make two views of the"
            + " table, one for each kind",
      })
  void these_windows_are_refused(String written, String expected) {
    String yaml = LEAST.replace("  temp: {type: double}\n", "");
    yaml = yaml.replace("features:", "features: {temp: " + written + "}");

    assertThat(messages(yaml)).containsExactly("f.yaml:5: " + expected);
  }

  @Test
  void what_says_how_one_row_is_chosen_has_no_meaning_beside_windows() {
    String sum =
        LEAST.replace("{type: double}", "{aggregate: sum, over: 7d, column: amount}")
            + "max-age: 1h\nnulls: last-known\ntie-break: v\non-tie: any\n";

    assertThat(messages(sum))
        .containsExactly(
            "f.yaml:7: max-age: has no meaning beside windows: 'over' says how old rows may be,"
                + " nulls are left out",
            "f.yaml:8: nulls: has no meaning beside windows: 'over' says how old rows may be,"
                + " nulls are left out",
            "f.yaml:9: tie-break: has no meaning where no feature is the last value of a window",
            "f.yaml:10: on-tie: has no meaning where no feature is the last value of a window");
    assertThat(
            messages(
                LEAST
                    .replace("time_hour", "none")
                    .replace("{type", "{aggregate: max, over: 7d, type")))
        .containsExactly(
            "f.yaml:4: event-time: 'temp' is computed over a window, which needs event times");
    assertThatThrownBy(
            () ->
                timed(Optional.of("t"), Duration.ofHours(1))
                    .withFeatures(
                        List.of(
                            windowed("f", "c", DataType.DOUBLE, Function.SUM, "P1D", new None()))))
        .hasMessage("feature view 'v' has windows and so no maximum age and no rule for nulls");
    assertThatThrownBy(() -> new Aggregation(Function.SUM, Duration.ZERO))
        .hasMessage("a window of PT0S holds nothing");
  }

  @Test
  void an_empty_file_of_keys_lacks_everything_at_once() {
    assertThat(messages("x: 1"))
        .containsExactly(
            "f.yaml:1: source: the key is required and missing",
            "f.yaml:1: view: the key is required and missing",
            "f.yaml:1: keys: a view needs a key; write {input column: view column}",
            "f.yaml:1: event-time: the key is required and missing",
            "f.yaml:1: features: a view needs a feature; write {name: {type: double}}",
            "f.yaml:1: x: there is no such key; known: available-after, available-at, boundary,"
                + " description, event-time, features, fresh-within, keys, max-age, nulls, on-tie,"
                + " owner, source, tie-break, view");
  }

  @Test
  void owner_and_description_are_for_people_and_no_part_of_the_rule() throws IOException {
    Path file = folder.resolve("weather.yaml");
    Files.writeString(
        file, LEAST + "owner: ' met@example.org '\ndescription: hourly\nfresh-within: 6h\n");
    Path empty = folder.resolve("empty.yaml");
    Files.writeString(empty, LEAST + "owner: ''\n");

    assertThat(FeatureViews.readDeclared(file, Environment.empty()).card())
        .isEqualTo(
            new ViewCard(
                Optional.of("met@example.org"),
                Optional.of("hourly"),
                Optional.of(Duration.ofHours(6))));
    assertThat(FeatureViews.read(file, Environment.empty())).isEqualTo(view(LEAST));
    assertThatThrownBy(() -> FeatureViews.read(empty, Environment.empty()))
        .hasMessageContaining("owner: is empty; say something, or leave it out");
  }

  @Test
  void a_file_with_mistakes_is_reported_by_its_name() throws IOException {
    Path file = Files.writeString(folder.resolve("v.yaml"), LEAST.replace("double", "dbl"));

    assertThatThrownBy(() -> FeatureViews.read(file, Environment.empty()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            file
                + ":6: features.temp.type: 'dbl' is not a type; known: boolean, double, float,"
                + " integer, long, string, timestamp");
  }

  @Test
  void a_view_without_meaning_cannot_be_made_in_code_either() {
    FeatureView view = view(LEAST);
    Feature feature = view.features().get(0);

    assertThatThrownBy(() -> view.withFeatures(List.of()))
        .hasMessage("feature view 'weather' needs at least one key and one feature");
    assertThatThrownBy(() -> view.withFeatures(List.of(feature, feature)))
        .hasMessageStartingWith("feature view 'weather' has a feature twice: ");
    assertThatThrownBy(() -> timed(Optional.empty(), Duration.ofHours(1)))
        .hasMessage(
            "feature view 'v' has no event time and so no availability, maximum age or boundary");
    assertThatThrownBy(() -> timed(Optional.of("t"), Duration.ofHours(-1)))
        .hasMessage("feature view 'v' has a length of time below zero");
  }

  private FeatureView timed(Optional<String> eventTime, Duration maxAge) {
    return new FeatureView(
        "v",
        Optional.empty(),
        Map.of("a", "b"),
        eventTime,
        new Availability.AtEventTime(),
        Optional.of(maxAge),
        Boundary.INCLUSIVE,
        List.of(),
        OnTie.ANY,
        NullPolicy.LATEST_ROW,
        view(LEAST).features());
  }

  /** A block of two keys stands in braces in the tables above. */
  private static String unwrapped(String replacement) {
    return replacement.startsWith("{event-time")
        ? replacement.substring(1, replacement.length() - 1).replace(", ", "\n")
        : replacement;
  }

  private static FeatureView view(String yaml) {
    Problems problems = new Problems();
    Optional<FeatureView> view = section(yaml, problems).flatMap(FeatureViews::read);
    problems.throwIfAny();
    return view.orElseThrow();
  }

  private static List<String> messages(String yaml) {
    Problems problems = new Problems();
    section(yaml, problems).ifPresent(FeatureViews::read);
    return problems.found().stream().map(Problem::toString).toList();
  }

  private static Optional<Section> section(String yaml, Problems problems) {
    return YamlFile.parse("f.yaml", yaml, Environment.empty(), problems);
  }
}
