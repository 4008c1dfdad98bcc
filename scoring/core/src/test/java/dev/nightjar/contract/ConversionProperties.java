package dev.nightjar.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is converted can be converted back: nothing was lost. */
class ConversionProperties {

  @Property
  void a_long_is_the_same_number_in_every_type_that_takes_it(@ForAll long number) {
    for (DataType to : DataType.values()) {
      if (!to.isNumeric()) {
        continue;
      }
      Object value = Conversion.convert(ConversionTest.column(DataType.LONG, number), 0, to);
      if (value != Conversion.INVALID) {
        BigDecimal exact =
            to.isFloating()
                ? new BigDecimal(((Number) value).doubleValue())
                : new BigDecimal(value.toString());
        assertThat(exact).isEqualByComparingTo(BigDecimal.valueOf(number));
      }
    }
  }

  @Property
  void a_double_is_the_same_number_in_every_type_but_float(@ForAll double number) {
    for (DataType to : new DataType[] {DataType.DOUBLE, DataType.LONG, DataType.INTEGER}) {
      Object value = Conversion.convert(ConversionTest.column(DataType.DOUBLE, number), 0, to);
      if (value != Conversion.INVALID) {
        assertThat(((Number) value).doubleValue()).isEqualTo(number);
      }
    }
  }

  @Property
  void a_float_is_the_same_number_as_a_double(@ForAll float number) {
    Object value =
        Conversion.convert(ConversionTest.column(DataType.FLOAT, number), 0, DataType.DOUBLE);
    assertThat(value).isEqualTo((double) number);
  }

  @Property
  void text_of_a_number_is_that_number(@ForAll double number, @ForAll int whole) {
    assertThat(fromText(Double.toString(number), DataType.DOUBLE)).isEqualTo(number);
    assertThat(fromText(Integer.toString(whole), DataType.INTEGER)).isEqualTo(whole);
    assertThat(fromText(Integer.toString(whole), DataType.LONG)).isEqualTo((long) whole);
  }

  @Property
  void any_text_is_missing_invalid_or_a_value_and_never_throws(
      @ForAll String text, @ForAll DataType to) {
    Object value = fromText(text, to);
    if (to == DataType.STRING) {
      assertThat(value).isEqualTo(text);
    } else if (text.isBlank()) {
      assertThat(value == null || value == Conversion.INVALID).isTrue();
    }
  }

  private static Object fromText(String text, DataType to) {
    return Conversion.convert(ConversionTest.column(DataType.STRING, text), 0, to);
  }
}
