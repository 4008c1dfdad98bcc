package dev.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlFileTest {
  @TempDir Path folder;

  @Test
  void a_file_is_read_with_the_name_that_was_given() throws IOException {
    Path file = write("a: ü\n".getBytes(StandardCharsets.UTF_8));
    Problems problems = new Problems();

    Section section = YamlFile.read(file, Environment.empty(), problems).orElseThrow();

    assertThat(section.file()).isEqualTo(file.toString());
    assertThat(section.path()).isEmpty();
    assertThat(section.string("a")).isEqualTo("ü");
    problems.throwIfAny();
  }

  @Test
  void a_byte_order_mark_and_an_explicit_document_are_no_mistakes() {
    assertThat(messages("\ufeffa: 1\n")).isEmpty();
    assertThat(messages("%YAML 1.2\n---\na: 1\n...\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# only a comment\n"})
  void an_empty_file_is_a_mistake(String text) {
    assertThat(messages(text)).containsExactly("f.yaml: the file must hold keys and values");
  }

  @Test
  void another_top_than_a_map_is_a_mistake() {
    assertThat(messages("# a list\n- a\n- b\n"))
        .containsExactly("f.yaml:2: the file must hold keys and values");
    assertThat(messages("text")).containsExactly("f.yaml:1: the file must hold keys and values");
    assertThat(messages("---\n")).containsExactly("f.yaml:2: the file must hold keys and values");
  }

  @Test
  void a_syntax_error_has_its_line_and_what_the_parser_says() {
    assertThat(messages("a: 1\n\tb: 2\n"))
        .containsExactly(
            "f.yaml:2: this is not YAML: while scanning for the next token: found character"
                + " '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)");
    assertThat(messages("a: [1, 2\nb: 3\n"))
        .containsExactly(
            "f.yaml:2: this is not YAML: while parsing a flow sequence: expected ',' or ']', but"
                + " got :");
    assertThat(messages("a: 'x\n"))
        .containsExactly(
            "f.yaml:2: this is not YAML: while scanning a quoted scalar: found unexpected end of"
                + " stream");
  }

  @Test
  void a_character_that_no_text_holds_is_named() {
    assertThat(messages("a: 1\nb: \u0007\n"))
        .containsExactly("f.yaml:2: the character U+0007 is refused");
  }

  @Test
  void what_could_unfold_or_make_objects_is_refused() {
    assertThat(messages("a: &x [1]\nb: [*x, *x]\n"))
        .containsExactly("f.yaml:2: the alias *x is refused; write the value out");
    assertThat(messages("a: &a [*a]\n"))
        .containsExactly("f.yaml:1: the alias *a is refused; write the value out");
    assertThat(messages("a: 1\nb: !!javax.script.ScriptEngineManager [x]\n"))
        .containsExactly(
            "f.yaml:2: the tag !!javax.script.ScriptEngineManager is refused; leave it out, and"
                + " write a text in quotes");
    assertThat(messages("!local {a: 1}"))
        .containsExactly(
            "f.yaml:1: the tag !local is refused; leave it out, and write a text in quotes");
    assertThat(messages("a: !!bool maybe"))
        .containsExactly(
            "f.yaml:1: the tag !!bool is refused; leave it out, and write a text in quotes");
  }

  @Test
  void a_billion_laughs_end_at_the_first() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 100; i++) {
      bomb.append(String.format("a%1$d: &a%1$d [*a%2$d, *a%2$d]%n", i, i - 1));
    }
    assertThat(messages(bomb.toString()))
        .containsExactly("f.yaml:2: the alias *a0 is refused; write the value out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void nesting_that_would_exhaust_the_stack_is_a_mistake(String opening) {
    assertThat(messages("a:\n  " + opening.repeat(200_000)))
        .singleElement()
        .asString()
        .endsWith("this is nested more than 64 deep");
  }

  @Test
  void nesting_of_64_is_taken() {
    assertThat(messages("a: " + "[".repeat(63) + "]".repeat(63))).isEmpty();
    assertThat(messages("a: " + "[".repeat(64) + "]".repeat(64))).hasSize(1);
  }

  @Test
  void a_second_document_is_refused() {
    assertThat(messages("a: 1\n---\nb: 2\n"))
        .containsExactly("f.yaml:2: a second document begins here; write it in a file of its own");
  }

  @Test
  void a_file_that_cannot_be_read_is_a_mistake() throws IOException {
    assertThat(read(folder.resolve("absent.yaml"))).endsWith("absent.yaml: there is no such file");
    assertThat(read(folder)).contains(": the file cannot be read: ");
    assertThat(read(write("a: \u00fc".getBytes(StandardCharsets.ISO_8859_1))))
        .endsWith(": the file is not UTF-8 text; save it as UTF-8");
    assertThat(read(write("a: 1".getBytes(StandardCharsets.UTF_16))))
        .endsWith(": the file is not UTF-8 text; save it as UTF-8");
  }

  @Test
  void a_file_of_more_than_four_mebibytes_is_refused() throws IOException {
    assertThat(read(write("#".repeat(5_000_000).getBytes(StandardCharsets.UTF_8))))
        .endsWith(
            ": the file has 5000000 bytes, more than the 4194304 that a configuration file may"
                + " have");
  }

  @Test
  void a_file_of_just_less_is_read_without_copying_its_value_again_and_again() throws IOException {
    Path large = write(("a: " + "x".repeat(4_100_000) + "\n").getBytes(StandardCharsets.UTF_8));
    Problems problems = new Problems();
    long before = allocatedBytes();

    assertThat(YamlFile.read(large, Environment.empty(), problems)).isPresent();

    problems.throwIfAny();
    // About a gigabyte; with the parser's own buffer, of a thousand characters, sixty times that.
    assertThat(allocatedBytes() - before).isLessThan(4_000_000_000L);
  }

  @Property
  void any_text_gives_a_section_or_a_problem(@ForAll String text) {
    checkAnswer(text);
  }

  @Property
  void any_text_of_marks_gives_a_section_or_a_problem(
      @ForAll @CharRange(from = '\t', to = '\n') @CharRange(from = ' ', to = '~') String text) {
    checkAnswer("a: " + text);
  }

  @Property
  void any_map_of_texts_is_read_back(@ForAll Map<String, String> map) {
    Map<String, String> printable = new TreeMap<>();
    map.forEach((key, value) -> printable.put("k" + clean(key), clean(value)));
    Problems problems = new Problems();

    String yaml = YamlText.of(printable);
    Section section =
        YamlFile.parse("f.yaml", yaml, Environment.verbatim(), problems)
            .orElseThrow(() -> new AssertionError(problems.found()));

    assertThat(section.stringMap()).isEqualTo(printable);
    problems.throwIfAny();
    assertThat(YamlText.of(printable)).isEqualTo(yaml);
  }

  @Test
  void the_same_list_twice_is_written_out_twice() {
    List<String> shared = List.of("x");
    Map<String, Object> map = new TreeMap<>(Map.of("a", shared, "b", shared));

    assertThat(YamlText.of(map)).isEqualTo("a:\n- x\nb:\n- x\n");
  }

  private static long allocatedBytes() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class).getCurrentThreadAllocatedBytes();
  }

  // Unpaired surrogates are no characters; no file can hold them.
  private static String clean(String text) {
    return text.codePoints()
        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static void checkAnswer(String text) {
    Problems problems = new Problems();
    boolean read = YamlFile.parse("f.yaml", text, Environment.empty(), problems).isPresent();
    assertThat(read || !problems.isEmpty()).isTrue();
  }

  private static List<String> messages(String text) {
    Problems problems = new Problems();
    YamlFile.parse("f.yaml", text, Environment.empty(), problems);
    return problems.found().stream().map(Problem::toString).toList();
  }

  private static String read(Path file) {
    Problems problems = new Problems();
    assertThat(YamlFile.read(file, Environment.empty(), problems)).isEmpty();
    return problems.found().get(0).toString();
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("f.yaml"), bytes);
  }
}
