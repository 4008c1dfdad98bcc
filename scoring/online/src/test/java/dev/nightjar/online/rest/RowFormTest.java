package dev.nightjar.online.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.request.RequestedRows.Part;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowFormTest {
  private static final RowForm FORM = new RowForm(RequestLimits.DEFAULT);
  private static final ModelCard FLIGHTS = Cards.flights();

  /** All that a row needs when its features are looked up. */
  private static final String NEEDED =
      "\"carrier\":\"AA\",\"distance\":719,\"departure\":\"2013-11-30T06:00:00Z\","
          + "\"origin\":\"JFK\",\"tail\":\"N1\"";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RowsRequest decode(String body) {
    return FORM.decode(bytes(body), FLIGHTS);
  }

  private static ColumnBatch only(String body) {
    RequestedRows rows = decode(body).rows();
    assertThat(rows.parts()).hasSize(1);
    return rows.parts().get(0).rows();
  }

  private static String message(String body) {
    return refusal(bytes(body)).getMessage();
  }

  private static RequestException refusal(byte[] body) {
    try {
      FORM.decode(body, FLIGHTS);
    } catch (RequestException e) {
      return e;
    }
    throw new AssertionError("was taken: " + new String(body, StandardCharsets.UTF_8));
  }

  /** What is said of a row that has what it needs, and this. */
  private static String messageOf(String field) {
    return message("{" + NEEDED + "," + field + "}");
  }

  @Test
  void an_object_is_one_row_with_a_column_of_its_type_for_each_field() {
    ColumnBatch rows =
        only(
            "{"
                + NEEDED
                + ",\"seats\":149,\"flight_id\":9007199254740993,\"fuel\":0.1,\"night\":true,"
                + "\"boarded\":\"2013-11-30T05:30:00.1234567+01:00\"}");

    assertThat(rows.schema().names())
        .containsExactly(
            "carrier",
            "distance",
            "seats",
            "flight_id",
            "fuel",
            "tail",
            "night",
            "boarded",
            "origin",
            "departure");
    assertThat(rows.column("distance").get(0)).isEqualTo(719.0);
    assertThat(rows.column("seats").get(0)).isEqualTo(149);
    assertThat(rows.column("flight_id").get(0)).isEqualTo(9007199254740993L);
    assertThat(rows.column("fuel").get(0)).isEqualTo(0.1f);
    assertThat(rows.column("night").get(0)).isEqualTo(true);
    assertThat(rows.column("boarded").get(0))
        .isEqualTo(Timestamps.micros(Instant.parse("2013-11-30T04:30:00.123456Z")));
    assertThat(rows.column("origin").type()).isEqualTo(DataType.STRING);
    assertThat(rows.column("departure").type()).isEqualTo(DataType.TIMESTAMP);
  }

  @Test
  void an_array_is_many_rows_and_an_empty_one_is_none() {
    RowsRequest two = decode("[{" + NEEDED + "},{" + NEEDED + ",\"seats\":null}]");
    assertThat(two.isMany()).isTrue();
    assertThat(two.rows().rows()).isEqualTo(2);
    assertThat(two.rows().parts().get(0).rows().column("seats").isNull(1)).isTrue();

    RowsRequest none = decode("[]");
    assertThat(none.isMany()).isTrue();
    assertThat(none.rows().parts()).isEmpty();
    assertThat(decode("{" + NEEDED + "}").isMany()).isFalse();
  }

  @Test
  void optional_inputs_that_are_absent_are_columns_of_nulls() {
    ColumnBatch rows = only("{" + NEEDED + "}");
    for (String name : List.of("seats", "flight_id", "fuel", "night", "boarded")) {
      assertThat(rows.column(name).isNull(0)).as(name).isTrue();
    }
    assertThat(rows.column("seats").type()).isEqualTo(DataType.INTEGER);
    assertThat(rows.schema().names()).doesNotContain("temp", "wind", "built");
  }

  @Test
  void a_null_of_a_required_field_is_left_to_the_contract() {
    ColumnBatch rows =
        only(
            "{\"carrier\":null,\"distance\":null,\"departure\":null,\"origin\":null,\"tail\":null}");
    for (String name : rows.schema().names()) {
      assertThat(rows.column(name).isNull(0)).as(name).isTrue();
    }
  }

  @Test
  void rows_that_bring_different_features_lie_in_different_parts() {
    RequestedRows rows =
        decode(
                "[{"
                    + NEEDED
                    + "},{"
                    + NEEDED
                    + ",\"temp\":4.5,\"wind\":null},{"
                    + NEEDED
                    + "},{"
                    + NEEDED
                    + ",\"temp\":5}]")
            .rows();

    assertThat(rows.parts())
        .extracting(Part::places)
        .containsExactly(List.of(0, 2), List.of(1), List.of(3));
    assertThat(rows.parts().get(1).rows().schema().names()).contains("temp", "wind");
    // Nothing of 'weather' is looked up for it, so its key is no column.
    assertThat(rows.parts().get(1).rows().schema().names()).doesNotContain("origin");
    assertThat(rows.parts().get(2).rows().schema().names())
        .contains("temp", "origin")
        .doesNotContain("wind");
  }

  @Test
  void a_key_may_be_absent_where_the_row_brings_all_features_of_its_views() {
    ColumnBatch rows =
        only(
            "{\"carrier\":\"AA\",\"distance\":1,\"departure\":\"2013-11-30T06:00:00Z\","
                + "\"temp\":1,\"wind\":2,\"built\":1999}");
    assertThat(rows.column("tail").isNull(0)).as("an input all the same").isTrue();
    assertThat(rows.column("built").get(0)).isEqualTo(1999);
    assertThat(rows.column("wind").get(0)).isEqualTo(2f);
  }

  @Test
  void keys_of_unknown_type_are_what_comes_alike_in_all_rows() {
    String rest =
        "\"carrier\":\"AA\",\"distance\":1,\"departure\":\"2013-11-30T06:00:00Z\","
            + "\"tail\":\"N1\",\"origin\":";
    assertThat(only("{" + rest + "7}").column("origin").type()).isEqualTo(DataType.LONG);
    assertThat(only("{" + rest + "true}").column("origin").type()).isEqualTo(DataType.BOOLEAN);
    assertThat(only("[{" + rest + "null},{" + rest + "7}]").column("origin").get(1)).isEqualTo(7L);
    assertThat(message("[{" + rest + "\"JFK\"},{" + rest + "7}]"))
        .isEqualTo(
            "rows[1].origin: a key is of one type in all rows of a request, and this one is a long"
                + " where an earlier one is a string; write them alike");
    assertThat(message("{" + rest + "1.5}"))
        .isEqualTo("origin: 1.5 is no key: it has a fraction; write a whole number");
    assertThat(only("{" + rest + "1.0}").column("origin").get(0)).isEqualTo(1L);
  }

  @Test
  void what_a_row_needs_and_lacks_is_named_all_at_once() {
    assertThat(message("[{" + NEEDED + "},{},{}]"))
        .isEqualTo(
            "rows[1].carrier is absent, as in 1 more rows; the contract rejects a row without it;"
                + " name it, and write null where it is missing; rows[1].distance is absent, as in"
                + " 1 more rows; the contract rejects a row without it; name it, and write null"
                + " where it is missing; rows[1].departure is absent, as in 1 more rows; it is the"
                + " time at which a row asks; write a time with its offset; rows[1].origin is"
                + " absent, as in 1 more rows; the view 'weather' is looked up by it for who does"
                + " not bring all of temp, wind; rows[1].tail is absent, as in 1 more rows; the"
                + " view 'planes' is looked up by it for who does not bring all of built");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seats\":1.5|seats: 1.5 is no integer: it has a fraction; write a whole number",
        "\"seats\":\"149\"|seats: \"149\" is no integer: write a whole number, without quotes",
        "\"seats\":2147483648|seats: 2147483648 is no integer: write a whole number from -2147483648"
            + " to 2147483647",
        "\"flight_id\":9223372036854775808|flight_id: 9223372036854775808 is no long: write a whole"
            + " number from -9223372036854775808 to 9223372036854775807",
        "\"flight_id\":1e999999999|flight_id: 1e999999999 is no long: write a whole number from"
            + " -9223372036854775808 to 9223372036854775807",
        "\"flight_id\":1e-7|flight_id: 1e-7 is no long: it has a fraction; write a whole number",
        "\"fuel\":1e39|fuel: 1e39 is no float: it is not finite in that type; write a number from"
            + " -3.4028235E38 to 3.4028235E38",
        "\"temp\":1e400|temp: 1e400 is no double: it is not finite in that type; write a number"
            + " from -1.7976931348623157E308 to 1.7976931348623157E308",
        "\"temp\":true|temp: true is no double: write a number, without quotes",
        "\"night\":1|night: 1 is no boolean: write true or false, without quotes",
        "\"boarded\":\"2013-11-30 05:00:00\"|boarded: \"2013-11-30 05:00:00\" is no timestamp: write"
            + " a time of ISO-8601 with its offset in quotes, such as \"2013-11-30T05:00:00Z\"",
        "\"boarded\":1385787600|boarded: 1385787600 is no timestamp: write a time of ISO-8601 with"
            + " its offset in quotes, such as \"2013-11-30T05:00:00Z\"",
        "\"seats\":[1]|seats: an array is no integer: write a whole number, without quotes",
        "\"night\":{\"a\":{}}|night: an object is no boolean: write true or false, without quotes",
        "\"dep_delay\":1|dep_delay: the model 'flight-delay' has no such field; there are 13, among them carrier,"
      })
  void a_value_that_is_none_of_its_type_is_refused_with_the_rule(String field, String words) {
    assertThat(messageOf(field)).startsWith(words);
  }

  @Test
  void a_text_may_be_a_whole_number_or_a_boolean_but_no_fraction() {
    String rest = "{\"distance\":1,\"departure\":\"2013-11-30T06:00:00Z\",\"origin\":\"JFK\",";
    assertThat(only(rest + "\"carrier\":12,\"tail\":true}").column("carrier").get(0))
        .isEqualTo("12");
    assertThat(only(rest + "\"carrier\":12,\"tail\":true}").column("tail").get(0))
        .isEqualTo("true");
    assertThat(message(rest + "\"carrier\":1.5,\"tail\":\"\\ud800\"}"))
        .isEqualTo(
            "carrier: 1.5 is no category: a fraction can be written in many ways; write it in"
                + " quotes; tail: \"\\ud800\" is no string: it has half a character (an unpaired"
                + " surrogate); escape both halves");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1000", "1e3", "1000.0", "10.00e2", "100000e-2"})
  void whole_numbers_are_whole_however_they_are_written(String number) {
    ColumnBatch rows =
        only("{" + NEEDED + ",\"seats\":" + number + ",\"flight_id\":" + number + "}");
    assertThat(rows.column("seats").get(0)).isEqualTo(1000);
    assertThat(rows.column("flight_id").get(0)).isEqualTo(1000L);
  }

  @Test
  void an_unknown_field_is_met_with_what_may_have_been_meant() {
    assertThat(message("[{" + NEEDED + ",\"distnace\":{\"a\":[1]}}]"))
        .isEqualTo(
            "rows[0].distnace: the model 'flight-delay' has no such field; did you mean"
                + " 'distance'?");
  }

  @Test
  void what_a_client_sent_is_shown_short_and_on_one_line() {
    assertThat(messageOf("\"night\":\"" + "x".repeat(50) + "\""))
        .startsWith("night: \"" + "x".repeat(40) + "…\" is no boolean");
    assertThat(messageOf("\"night\":\"a\\nb\\u0007\\u202e\\ud83d\\ude00\""))
        .startsWith("night: \"a\\nb\\u0007\\u202e😀\" is no boolean");
  }

  @Test
  void no_more_than_twenty_mistakes_are_told() {
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < 100; i++) {
      body.append(i == 0 ? "" : ",").append("{\"seats\":1.5,\"night\":3}");
    }
    String message = message(body.append(']').toString());
    assertThat(message.split("rows\\[", -1)).hasSize(21);
    assertThat(message).endsWith("; and more, which are not looked for before these are gone");
  }

  @Test
  void more_different_sets_of_features_than_are_taken_at_once_are_refused() {
    ModelCard wide = Cards.wide(6);
    StringBuilder body = new StringBuilder("[");
    for (int set = 0; set < 33; set++) {
      body.append(set == 0 ? "" : ",").append("{\"key\":1");
      for (int bit = 0; bit < 6; bit++) {
        body.append((set >> bit & 1) == 0 ? "" : ",\"f" + bit + "\":1");
      }
      body.append('}');
    }
    assertThatThrownBy(() -> FORM.decode(bytes(body.append(']').toString()), wide))
        .hasMessage(
            "the rows bring 33 different sets of features, and at most 32 are taken at once; send"
                + " them in several requests");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|the body is empty; send JSON",
        "'  '|the body is empty; send JSON",
        "7|the body is 7 and a row is an object of named fields",
        "[7]|rows[0] is 7 and a row is an object of named fields",
        "[[]]|rows[0] is an array and a row is an object of named fields",
        "null|the body is null and a row is an object of named fields",
        "{} {}|the body goes on behind the end of its JSON (line 1, column 4); send one",
        "{}}|the body is not JSON: Unexpected close marker '}'",
        "{\"seats\":NaN}|NaN is no number of JSON (line 1, column",
        "{\"seats\":1,\"seats\":2}|the name \"seats\" stands twice in one object (line 1, column"
            + " 19); name each field once",
        "[[[[[[[[[1]]]]]]]]]|the body is nested deeper than 8 levels; no form needs that",
      })
  void a_body_that_is_no_rows_is_refused_with_words(String body, String words) {
    assertThat(refusal(bytes(body)))
        .satisfies(e -> assertThat(e.getMessage()).startsWith(words))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(RequestException.Kind.MALFORMED));
  }

  @Test
  void bytes_that_are_no_text_are_refused_with_their_place() {
    byte[] latin = "{\"carrier\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refusal(latin))
        .hasMessage(
            "the body is not UTF-8: the bytes from 12 (0 is the first) are no character; encode"
                + " texts in UTF-8");
    byte[] overlong = {'"', (byte) 0xC0, (byte) 0x80, '"'};
    assertThat(refusal(overlong)).hasMessageContaining("not UTF-8: the bytes from 1 ");
    byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
    assertThat(refusal(surrogate)).hasMessageContaining("not UTF-8: the bytes from 1 ");
    assertThat(refusal(bytes("\uFEFF{}")))
        .hasMessage(
            "the body begins with a byte order mark (EF BB BF), which JSON does not have; write"
                + " UTF-8 without it");
    assertThat(refusal("{}".getBytes(StandardCharsets.UTF_16BE)).kind())
        .isEqualTo(RequestException.Kind.MALFORMED);
  }

  @Test
  void a_key_that_the_contract_cannot_do_without_is_needed_whoever_brings_the_features() {
    assertThatThrownBy(() -> FORM.decode(bytes("{\"built\":1999}"), Cards.keyed()))
        .hasMessage(
            "tail is absent; the contract rejects a row without it; name it, and write null where"
                + " it is missing");
  }

  @Test
  void limits_are_told_by_name() {
    RowForm small = new RowForm(new RequestLimits(60, 2, 6, 10));
    assertThatThrownBy(() -> small.decode(bytes(" ".repeat(61)), FLIGHTS))
        .hasMessage("the body has 61 bytes and at most 60 are read; send fewer rows at once")
        .satisfies(
            e ->
                assertThat(((RequestException) e).kind())
                    .isEqualTo(RequestException.Kind.TOO_LARGE));
    assertThatThrownBy(() -> small.decode(bytes("[{},{},{}]"), FLIGHTS))
        .hasMessage(
            "the body has more than 2 rows, the most of one request; send the others in further"
                + " requests")
        .satisfies(
            e ->
                assertThat(((RequestException) e).kind())
                    .isEqualTo(RequestException.Kind.TOO_LARGE));
    assertThat(messageOf("\"night\":\"" + "x".repeat(40_000) + "\""))
        .isEqualTo("a text has more than 32768 characters; shorten it");
    assertThat(messageOf("\"" + "x".repeat(2000) + "\":1"))
        .isEqualTo("a name has more than 1024 characters; no field has such a name");
    assertThat(messageOf("\"seats\":" + "1".repeat(65)))
        .isEqualTo("a number has more than 64 characters; no type holds so many digits");
    assertThat(messageOf("\"seats\":0." + "1".repeat(65)))
        .isEqualTo("a number has more than 64 characters; no type holds so many digits");
    assertThatThrownBy(() -> new RequestLimits(1, 1, 5, 1))
        .hasMessage("requests are nested 6 deep; a limit of 5 is less, or more than 64");
  }
}
