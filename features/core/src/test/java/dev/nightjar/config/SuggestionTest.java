package dev.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {
  private static final List<String> KEYS =
      List.of(
          "view",
          "source",
          "path",
          "format",
          "header",
          "delimiter",
          "null-value",
          "zone",
          "columns",
          "keys",
          "event-time",
          "available-after",
          "available-at",
          "max-age",
          "boundary",
          "nulls",
          "features",
          "tie-break",
          "on-tie",
          "type",
          "column",
          "default",
          "pass-through",
          "limits",
          "rejected-rows",
          "schedule",
          "catch-up",
          "as-of",
          "input");
  private static final List<String> TYPES =
      List.of("boolean", "integer", "long", "float", "double", "string", "timestamp");

  @ParameterizedTest
  @CsvSource({
    "formt, format",
    "fromat, format",
    "frmt, format",
    "zoen, zone",
    "veiw, view",
    "pth, path",
    "feature, features",
    "fetaures, features",
    "key, keys",
    "sorce, source",
    "colunms, columns",
    "event_time, event-time",
    "eventTime, event-time",
    "maxAge, max-age",
    "max_age, max-age",
    "availableAfter, available-after",
    "avaliable-at, available-at",
    "tiebreak, tie-break",
    "null-vlaue, null-value",
    "pass-thru, pass-through",
    "delim, delimiter",
    "sched, schedule",
    "reject-rows, rejected-rows",
    "catchup, catch-up",
    "asof, as-of",
    "INPUT, input",
    "typ, type",
    "default-value, default",
  })
  void a_typing_mistake_in_a_key_is_understood(String typed, String meant) {
    assertThat(Suggestion.nearest(typed, KEYS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "int, integer",
    "INTEGER, integer",
    "bool, boolean",
    "str, string",
    "strng, string",
    "flaot, float",
    "float32, float",
    "dobule, double",
    "timestmap, timestamp",
    "time, timestamp",
  })
  void the_words_of_other_systems_for_types_are_understood(String typed, String meant) {
    assertThat(Suggestion.nearest(typed, TYPES)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "in", "varchar", "number", "owner", "decription"})
  void what_is_near_to_nothing_has_no_suggestion(String typed) {
    assertThat(Suggestion.nearest(typed, KEYS)).isEmpty();
  }

  @Test
  void names_of_one_letter_are_not_taken_for_each_other() {
    assertThat(Suggestion.text("b", List.of("a", "c"))).isEqualTo("; known: a, c");
  }

  @Test
  void the_words_fit_behind_a_message() {
    assertThat(Suggestion.text("plane", List.of("weather", "planes")))
        .isEqualTo("; did you mean 'planes'?");
    assertThat(Suggestion.text("zebra", List.of("weather", "planes")))
        .isEqualTo("; known: planes, weather");
    assertThat(Suggestion.text("zebra", List.of())).isEmpty();
  }

  @Test
  void of_equally_near_words_the_first_by_the_alphabet_is_meant() {
    assertThat(Suggestion.nearest("temp0", List.of("temp2", "temp1"))).contains("temp1");
  }
}
