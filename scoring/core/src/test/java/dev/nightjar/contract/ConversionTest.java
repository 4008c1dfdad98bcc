package dev.nightjar.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBuilder;
import dev.nightjar.data.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // text    | to        | value; - is missing, ! is invalid
        "'12'      | integer   | 12",
        "' 12 '    | long      | 12",
        "'1.5'     | integer   | !",
        "'1.5'     | double    | 1.5",
        "'.5'      | double    | 0.5",
        "'1e3'     | float     | 1000.0",
        "'1d'      | double    | !",
        "'1f'      | float     | !",
        "'0x1p3'   | double    | !",
        "'NaN'     | double    | !",
        "'Infinity'| double    | !",
        "'1e400'   | double    | !",
        "'1e39'    | float     | !",
        "'1,5'     | double    | !",
        "'NA'      | double    | !",
        "''        | double    | -",
        "'  '      | timestamp | -",
        "''        | string    | ''",
        "'true'    | boolean   | true",
        "'TRUE'    | boolean   | true",
        "'yes'     | boolean   | !",
        "'9999999999' | integer | !",
        "'1970-01-01T00:00:01Z'      | timestamp | 1000000",
        "'1970-01-01T05:45:00+05:45' | timestamp | 0",
        "'1970-01-01T00:00:01'       | timestamp | !",
        "'9999-12-31T23:59:59Z'      | timestamp | 253402300799000000",
        "'1677-01-01T00:00:00Z'      | timestamp | -9246096000000000",
        "'+999999999-12-31T23:59:59Z' | timestamp | !",
        "'ı'       | string    | ı",
      })
  void text_is_parsed_the_same_in_every_locale_and_zone(String text, String to, String expected) {
    assertThat(shown(convert(column(DataType.STRING, text), type(to)))).isEqualTo(expected);
  }

  @Test
  void whole_numbers_widen_and_never_lose_a_digit() {
    assertThat(convert(column(DataType.INTEGER, 7), DataType.DOUBLE)).isEqualTo(7.0);
    assertThat(convert(column(DataType.LONG, 1L << 53), DataType.DOUBLE)).isEqualTo(0x1p53);
    assertThat(convert(column(DataType.LONG, (1L << 53) + 1), DataType.DOUBLE))
        .isSameAs(Conversion.INVALID);
    // What pandas writes for a time that is missing.
    assertThat(convert(column(DataType.LONG, Long.MIN_VALUE), DataType.DOUBLE))
        .isSameAs(Conversion.INVALID);
    assertThat(convert(column(DataType.INTEGER, (1 << 24) + 1), DataType.FLOAT))
        .isSameAs(Conversion.INVALID);
    assertThat(convert(column(DataType.LONG, 1L << 40), DataType.INTEGER))
        .isSameAs(Conversion.INVALID);
  }

  @Test
  void a_fraction_never_becomes_a_whole_number() {
    assertThat(convert(column(DataType.DOUBLE, 2.0), DataType.INTEGER)).isEqualTo(2);
    assertThat(convert(column(DataType.DOUBLE, 2.5), DataType.INTEGER))
        .isSameAs(Conversion.INVALID);
    assertThat(convert(column(DataType.DOUBLE, Double.NaN), DataType.LONG))
        .isSameAs(Conversion.INVALID);
    assertThat(convert(column(DataType.DOUBLE, 1e39), DataType.FLOAT)).isSameAs(Conversion.INVALID);
  }

  @Test
  void null_is_missing_for_every_type() {
    for (DataType from : DataType.values()) {
      for (DataType to : DataType.values()) {
        assertThat(convert(column(from, null), to)).isNull();
      }
    }
  }

  @Test
  void a_value_of_the_type_stays_as_it_is() {
    assertThat(convert(column(DataType.TIMESTAMP, 5L), DataType.TIMESTAMP)).isEqualTo(5L);
    assertThat(convert(column(DataType.BOOLEAN, true), DataType.BOOLEAN)).isEqualTo(true);
    assertThat(convert(column(DataType.LONG, 5L), DataType.STRING)).isEqualTo("5");
    assertThat(convert(column(DataType.LONG, 5L), DataType.TIMESTAMP)).isSameAs(Conversion.INVALID);
  }

  static Column column(DataType type, Object value) {
    ColumnBuilder builder = new ColumnBuilder(type);
    builder.add(value);
    return builder.build();
  }

  private static Object convert(Column column, DataType to) {
    return Conversion.convert(column, 0, to);
  }

  private static DataType type(String word) {
    return DataType.of(word).orElseThrow();
  }

  private static String shown(Object value) {
    if (value == Conversion.INVALID) {
      return "!";
    }
    return value == null ? null : value.toString();
  }
}
