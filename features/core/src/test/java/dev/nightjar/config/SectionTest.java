package dev.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {
  private static final String FILE = "job.yaml";

  private enum Policy {
    LATEST_ROW,
    LAST_KNOWN
  }

  private final Problems problems = new Problems();

  @Test
  void every_accessor_gives_what_stands_there() {
    Section section =
        section(
            """
            text: hello
            number-as-text: 1.50
            name: a-1.b_c
            yes: true
            whole: 42
            number: -1.5e3
            age: 90m
            zone: America/New_York
            policy: last-known
            list: [a, 1, true]
            single: a
            range: [0, 1.5, x, false]
            map: {b: x, a: y}
            path: in/${interval.date}
            """);

    assertThat(section.string("text")).isEqualTo("hello");
    assertThat(section.optionalString("number-as-text")).contains("1.50");
    assertThat(section.name("name")).isEqualTo("a-1.b_c");
    assertThat(section.bool("yes", false)).isTrue();
    assertThat(section.whole("whole", 0, 0)).isEqualTo(42);
    assertThat(section.number("number")).contains(-1500.0);
    assertThat(section.duration("age")).contains(Duration.ofMinutes(90));
    assertThat(section.zone("zone")).contains(ZoneId.of("America/New_York"));
    assertThat(section.choice("policy", Policy.class, Policy.LATEST_ROW))
        .isEqualTo(Policy.LAST_KNOWN);
    assertThat(section.strings("list")).containsExactly("a", "1", "true");
    assertThat(section.strings("single")).containsExactly("a");
    assertThat(section.constants("range")).containsExactly(0L, 1.5, "x", false);
    assertThat(section.constant("whole")).contains(42L);
    assertThat(section.stringMap("map")).containsExactly(Map.entry("b", "x"), Map.entry("a", "y"));
    assertThat(section.hasSection("map")).isTrue();
    assertThat(section.hasSection("list")).isFalse();
    assertThat(section.template("path").variables()).containsExactly("interval.date");
    assertThat(section.template("path").expand(Map.of("interval.date", "2024-01-31")))
        .isEqualTo("in/2024-01-31");
    section.refuseUnknownKeys();
    problems.throwIfAny();
  }

  @Test
  void an_absent_key_and_one_without_a_value_are_alike() {
    Section section = section("given: 1\nempty:\nnothing: null\n");
    for (String key : List.of("absent", "empty", "nothing")) {
      assertThat(section.has(key)).isFalse();
      assertThat(section.optionalString(key)).isEmpty();
      assertThat(section.optionalTemplate(key)).isEmpty();
      assertThat(section.bool(key, true)).isTrue();
      assertThat(section.whole(key, 7, 0)).isEqualTo(7);
      assertThat(section.number(key)).isEmpty();
      assertThat(section.duration(key)).isEmpty();
      assertThat(section.zone(key)).isEmpty();
      assertThat(section.constant(key)).isEmpty();
      assertThat(section.constants(key)).isEmpty();
      assertThat(section.strings(key)).isEmpty();
      assertThat(section.stringMap(key)).isEmpty();
      assertThat(section.optionalSection(key)).isEmpty();
      assertThat(section.sections(key, (name, one) -> name)).isEmpty();
      assertThat(section.sectionList(key, (i, one) -> i)).isEmpty();
      assertThat(section.choice(key, Policy.class, Policy.LATEST_ROW)).isEqualTo(Policy.LATEST_ROW);
    }
    assertThat(section.has("given")).isTrue();
    assertThat(messages()).isEmpty();
  }

  @Test
  void a_required_key_that_is_absent_or_empty_is_reported_once() {
    Section section = section("given: 1\nempty:\n");
    section.string("absent");
    section.string("absent");
    section.string("empty");
    section.template("template");
    section.name("name");
    section.section("section").string("inside");

    assertThat(messages())
        .containsExactly(
            "job.yaml:1: absent: the key is required and missing",
            "job.yaml:2: empty: the key is required and has no value",
            "job.yaml:1: template: the key is required and missing",
            "job.yaml:1: name: the key is required and missing",
            "job.yaml:1: section: the key is required and missing");
  }

  @Test
  void all_mistakes_are_found_in_one_reading() {
    Section section =
        section(
            """
            name: Not A Name
            flag: yes
            count: -1
            share: nan
            age: soon
            zone: Mars/Olympus
            policy: newest
            text: [a]
            map: text
            range: 5
            input:
              formt: csv
            """);
    section.name("name");
    section.bool("flag", false);
    section.whole("count", 0, 0);
    section.number("share");
    section.duration("age");
    section.zone("zone");
    section.choice("policy", Policy.class, Policy.LATEST_ROW);
    section.string("text");
    section.stringMap("map");
    section.constants("range");
    Section input = section.section("input");
    input.optionalString("format");
    input.refuseUnknownKeys();
    section.refuseUnknownKeys();

    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            job.yaml:1: name: 'Not A Name' cannot be a name; use up to 64 of a-z 0-9 . _ - and \
            begin with a letter or digit
            job.yaml:2: flag: 'yes' is neither true nor false
            job.yaml:3: count: '-1' is not a whole number of 0 or more
            job.yaml:4: share: 'nan' is not a finite number
            job.yaml:5: age: 'soon' is not a length of time; write a whole number and a unit, \
            such as 90s, 20m, 2h or 7d, and no more than 106751d
            job.yaml:6: zone: 'Mars/Olympus' is not a time zone; write a name such as UTC or \
            America/New_York
            job.yaml:7: policy: 'newest' is not known here; use latest-row | last-known
            job.yaml:8: text: a single value is expected here, not a list
            job.yaml:9: map: keys and values are expected here, not a single value
            job.yaml:10: range: a list is expected here, such as [1, 2], not a single value
            job.yaml:12: input.formt: there is no such key; did you mean 'format'?""");
  }

  @Test
  void elements_of_lists_are_named_by_their_position() {
    Section section =
        section(
            """
            strings:
              - a
              - [b]
              -
              - ${run.id}
            constants: [1, {a: 1}, null, .inf]
            sections:
              - a: 1
              - text
              - null
            """);
    assertThat(section.strings("strings")).containsExactly("a");
    section.constants("constants");
    assertThat(section.sectionList("sections", (i, one) -> one.path()))
        .containsExactly("sections[0]");
    section.problem("strings", 1, "own");
    section.problem("strings", 9, "beyond");

    assertThat(messages())
        .containsExactly(
            "job.yaml:3: strings[1]: a single value is expected here, not a list",
            "job.yaml:4: strings[2]: a single value is expected here, not nothing",
            "job.yaml:5: strings[3]: ${run.id} cannot stand here; besides ${env:NAME}, variables"
                + " are for input paths and queries",
            "job.yaml:6: constants[1]: a single value is expected here, not keys and values",
            "job.yaml:6: constants[2]: a single value is expected here, not nothing",
            "job.yaml:6: constants[3]: '.inf' is not a finite number",
            "job.yaml:9: sections[1]: keys and values are expected here, not a single value",
            "job.yaml:10: sections[2]: keys and values are expected here, not nothing",
            "job.yaml:3: strings[1]: own",
            "job.yaml:2: strings[9]: beyond");
  }

  @Test
  void sections_pass_over_no_entry_in_silence() {
    Section section = section("all:\n  good: {a: 1}\n  empty:\n  text: x\n  list: [1]\n");

    assertThat(section.sections("all", (name, one) -> one.string("a"))).containsOnlyKeys("good");
    assertThat(messages())
        .containsExactly(
            "job.yaml:3: all.empty: keys and values are expected here, and there is nothing",
            "job.yaml:4: all.text: keys and values are expected here, not a single value",
            "job.yaml:5: all.list: keys and values are expected here, not a list");
  }

  @Test
  void a_key_that_stands_twice_or_is_no_text_is_reported() {
    section("a: 1\nb: 2\na: 3\n[x, y]: 4\n{z: 1}: 5\n\"\": 6\n? [deep]\n: 7\n");

    assertThat(messages())
        .containsExactly(
            "job.yaml:3: a: the key stands here a second time; keep one",
            "job.yaml:4: a key must be a single text, not a list",
            "job.yaml:5: a key must be a single text, not keys and values",
            "job.yaml:6: a key is missing before ':'",
            "job.yaml:7: a key must be a single text, not a list");
  }

  @Test
  void an_unknown_key_is_reported_with_what_there_is() {
    Section section = section("qwerty: 1\n");
    section.optionalString("zone");
    section.has("input");
    section.refuseUnknownKeys();

    assertThat(messages())
        .containsExactly("job.yaml:1: qwerty: there is no such key; known: input, zone");
  }

  @Test
  void the_keys_cannot_be_changed_by_who_asks_for_them() {
    assertThatThrownBy(() -> section("a: 1").keys().remove("a"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S",
    "1ms, PT0.001S",
    "90s, PT1M30S",
    "20m, PT20M",
    "2 h, PT2H",
    "007d, PT168H",
    "106751d, PT2562024H",
  })
  void a_length_of_time_is_a_number_and_a_unit(String text, Duration expected) {
    assertThat(section("x: " + text).duration("x")).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "-1h",
        "1.5h",
        "1h30m",
        "h",
        "1H",
        "1w",
        "٣h",
        "106752d",
        "9223372036854775807s",
        "99999999999999999999ms",
        "9223372036854775807d",
        "PT1H",
        "''"
      })
  void other_lengths_of_time_are_refused(String text) {
    assertThat(section("x: " + text).duration("x")).isEmpty();
    assertThat(messages()).singleElement().asString().contains("is not a length of time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775808", "1.0", "1e3", "1_000", "0x10", "٣", "one", "' 1'"})
  void what_is_no_whole_number_is_refused(String text) {
    assertThat(section("x: " + text).whole("x", 7, 0)).isEqualTo(7);
    assertThat(messages())
        .singleElement()
        .asString()
        .endsWith("is not a whole number of 0 or more");
  }

  @Test
  void a_whole_number_stays_within_its_limits() {
    Section section = section("most: 9223372036854775807\nport: 65536\n");

    assertThat(section.whole("most", 0, 0)).isEqualTo(Long.MAX_VALUE);
    section.whole("port", 0, 1, 65_535);
    assertThat(messages())
        .containsExactly("job.yaml:2: port: '65536' is not a whole number 1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1d", "2f", "0x1p3", "NaN", "Infinity", ".inf", "1e999", "1,5", "-", "."})
  void what_is_no_finite_number_is_refused(String text) {
    assertThat(section("x: \"" + text + "\"").number("x")).isEmpty();
    assertThat(messages()).containsExactly("job.yaml:1: x: '" + text + "' is not a finite number");
  }

  @ParameterizedTest
  @CsvSource({".5, 0.5", "5., 5", "+1, 1", "-0, -0.0", "1E3, 1000", "4.9e-324, 4.9e-324"})
  void a_number_has_the_usual_forms(String text, double expected) {
    assertThat(section("x: \"" + text + "\"").number("x")).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kathmandu", "+05:45", "Z"})
  void zones_are_taken_by_name_or_offset(String zone) {
    assertThat(section("x: \"" + zone + "\"").zone("x")).contains(ZoneId.of(zone));
  }

  @ParameterizedTest
  @ValueSource(strings = {"+19:00", "america/new_york", "PST", "EST/EDT", "''"})
  void other_zones_are_refused(String zone) {
    assertThat(section("x: " + zone).zone("x")).isEmpty();
    assertThat(messages()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"''", "A", "-a", "a/b", "..", "ı"})
  void what_cannot_be_part_of_a_path_is_no_name(String name) {
    section("x: " + name).name("x");
    assertThat(messages()).singleElement().asString().contains("cannot be a name");
  }

  @Test
  void a_name_has_at_most_64_characters() {
    section("x: " + "a".repeat(64)).name("x");
    problems.throwIfAny();
    section("x: " + "a".repeat(65)).name("x");
    assertThat(messages()).hasSize(1);
  }

  @Test
  void a_constant_has_the_type_that_yaml_gives_it() {
    Section section =
        section(
            """
            truth: true
            yes: yes
            whole: -5
            zeros: 007
            huge: 12345678901234567890
            decimal: 1.5
            quoted: "5"
            time: 2024-01-31T06:00:00Z
            tilde: ~
            """);
    assertThat(section.constant("truth")).contains(true);
    assertThat(section.constant("yes")).contains("yes");
    assertThat(section.constant("whole")).contains(-5L);
    assertThat(section.constant("zeros")).contains("007");
    assertThat(section.constant("huge")).contains(1.2345678901234567e19);
    assertThat(section.constant("decimal")).contains(1.5);
    assertThat(section.constant("quoted")).contains("5");
    assertThat(section.constant("time")).contains("2024-01-31T06:00:00Z");
    assertThat(section.constant("tilde")).contains("~");
    problems.throwIfAny();
  }

  @Test
  void variables_of_the_environment_are_put_in() {
    Section section = section("url: jdbc:${env:HOST}/${env:DB}\nage: ${env:AGE}\n");

    assertThat(section.string("url")).isEqualTo("jdbc:db.example/prod");
    assertThat(section.duration("age")).contains(Duration.ofHours(2));
    problems.throwIfAny();
  }

  @Test
  void a_variable_that_is_not_there_is_one_problem() {
    Section section =
        section(
            """
            a: ${env:ABSENT}
            b: ${env:}
            c: ${}
            d: x ${env:HOST
            e: ${HOST}
            f: ${interval.date}
            g: ${x ${env:HOST}
            """);
    section.duration("a");
    section.string("b");
    section.template("c");
    section.template("d");
    section.constant("e");
    section.choice("f", Policy.class, Policy.LATEST_ROW);
    section.template("g");

    String cannot = " cannot stand here; besides ${env:NAME}, variables are for input paths and";
    assertThat(messages())
        .containsExactly(
            "job.yaml:1: a: the environment variable ABSENT is not set",
            "job.yaml:2: b: ${env:} names no variable",
            "job.yaml:3: c: ${} names no variable",
            "job.yaml:4: d: a '${' has no '}'",
            "job.yaml:5: e: ${HOST}" + cannot + " queries",
            "job.yaml:6: f: ${interval.date}" + cannot + " queries",
            "job.yaml:7: g: a '${' has no '}'");
  }

  @Test
  void a_template_can_be_held_to_the_variables_that_there_are() {
    Section section = section("a: ${interval.date}\nb: ${interval.dat}\n");
    Set<String> known = Set.of("interval.date", "interval.start");
    section.template("a", known);
    section.template("b", known);

    assertThat(messages())
        .containsExactly(
            "job.yaml:2: b: there is no variable ${interval.dat}; did you mean 'interval.date'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SECRET", "SHORT", "NESTED", "NUMBER"})
  void a_secret_is_never_printed(String name) {
    String value = "${env:" + name + "}";
    List<Consumer<Section>> readings =
        List.of(
            s -> s.name("x"),
            s -> s.bool("x", false),
            s -> s.whole("x", 0, 100_000),
            s -> s.duration("x"),
            s -> s.zone("x"),
            s -> s.choice("x", Policy.class, Policy.LATEST_ROW),
            s -> s.section("x"),
            s -> s.sectionList("x", (i, one) -> i),
            s -> s.constants("x"),
            s -> s.sections("x", (n, one) -> n),
            s -> s.problem("x", s.quote(s.string("x")) + " is wrong"),
            s -> s.template("x", Set.of()));
    readings.forEach(reading -> reading.accept(section("x: " + value)));
    // Inside another text a secret of three characters would turn up by chance: not that one here.
    readings.subList(0, 10).forEach(reading -> reading.accept(section("x: a-" + value + "/b")));

    assertThat(messages()).isNotEmpty();
    assertThat(messages()).noneMatch(m -> m.contains(variable(name)));
  }

  @Test
  void a_value_that_looks_like_a_variable_of_the_run_is_no_template() {
    Section section = section("x: a/${env:NESTED}\n");

    assertThat(section.optionalTemplate("x")).isEmpty();
    assertThat(section.string("x")).isEqualTo("a/pa${ss}word");
    assertThat(messages())
        .containsExactly(
            "job.yaml:1: x: the value of the environment variable NESTED holds a '${'");
  }

  @Test
  void in_a_file_of_our_own_nothing_is_a_variable() {
    Section section =
        YamlFile.parse(FILE, "x: ${env:HOST} ${y} ${\n", Environment.verbatim(), problems)
            .orElseThrow();

    assertThat(section.string("x")).isEqualTo("${env:HOST} ${y} ${");
    assertThat(section.constant("x")).contains("${env:HOST} ${y} ${");
    problems.throwIfAny();
  }

  @Test
  void a_message_stays_on_one_line_and_short() {
    Section section = section("\"a\\nb\": \"x\\ny\"\nlong: " + "z".repeat(9_999) + "\n");
    section.whole("a\nb", 0, 0);
    section.whole("long", 0, 0);

    assertThat(messages())
        .containsExactly(
            "job.yaml:1: a\\u000ab: 'x\\u000ay' is not a whole number of 0 or more",
            "job.yaml:2: long: '" + "z".repeat(120) + "…' is not a whole number of 0 or more");
  }

  private Section section(String yaml) {
    return YamlFile.parse(FILE, yaml, new Environment(SectionTest::variable), problems)
        .orElseThrow(() -> new AssertionError(messages()));
  }

  private static String variable(String name) {
    return switch (name) {
      case "HOST" -> "db.example";
      case "DB" -> "prod";
      case "AGE" -> "2h";
      case "SECRET" -> "Tr0ub4dor&3";
      case "SHORT" -> "Q7%";
      case "NESTED" -> "pa${ss}word";
      case "NUMBER" -> "12.50";
      default -> null;
    };
  }

  private List<String> messages() {
    return problems.found().stream().map(Problem::toString).toList();
  }
}
