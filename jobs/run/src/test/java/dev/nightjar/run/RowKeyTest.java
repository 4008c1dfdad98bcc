package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowKeyTest {
  private static final List<String> TWO = List.of("id", "station");

  @Test
  void values_are_given_in_order_or_by_name_and_may_hold_commas_and_signs() {
    assertThat(RowKey.parse(List.of("id"), "1,a=2").values()).isEqualTo(Map.of("id", "1,a=2"));
    assertThat(RowKey.parse(List.of("id"), "id=id=3").values()).isEqualTo(Map.of("id", "id=3"));
    assertThat(RowKey.parse(TWO, "1,a").words()).isEqualTo("id=1, station=a");
    assertThat(RowKey.parse(TWO, "station=a,b, id=1").words()).isEqualTo("id=1, station=a,b");
    assertThat(RowKey.parse(TWO, "id=,station=").words()).isEqualTo("id=, station=");
  }

  @Test
  void a_key_without_one_value_for_each_column_says_what_to_write() {
    for (String text : List.of("1", "1,a", "id=1", "id=1,id=2,3")) {
      assertThatThrownBy(() -> RowKey.parse(List.of("id", "station", "hour"), text))
          .isInstanceOf(PreflightException.class)
          .hasMessage(
              "the key '"
                  + text
                  + "' has not one value for each of the job's key columns, id, station, hour; write"
                  + " their values in that order with commas between them, or"
                  + " id=…,station=…,hour=…");
    }
  }

  @Test
  void a_value_of_the_wrong_type_is_told_with_an_example_for_each_column_at_once() {
    StructType columns =
        new StructType().add("id", "bigint").add("day", "date").add("at", "timestamp");

    assertThatThrownBy(
            () ->
                RowKey.parse(List.of("id", "day", "at"), "1.5,soon,12:30").in(columns, "the input"))
        .isInstanceOf(PreflightException.class)
        .hasMessage(
            """
            the key column 'id' of the input is a bigint, and '1.5' is none; write a whole number such as 1
            the key column 'day' of the input is a date, and 'soon' is none; write a day such as 2024-03-05
            the key column 'at' of the input is a timestamp, and '12:30' is none; write a time such as 2024-03-05T06:00:00Z""");
    assertThatThrownBy(() -> RowKey.parse(List.of("no"), "1").in(columns, "the result"))
        .hasMessage(
            "the result has no column 'no', which the job names as key; it has id, day, at");
  }
}
