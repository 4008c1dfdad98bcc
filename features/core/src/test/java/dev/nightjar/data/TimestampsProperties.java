package dev.nightjar.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The quick way for plain forms gives what java.time gives. */
class TimestampsProperties {
  private static final ZoneId KATHMANDU = ZoneId.of("Asia/Kathmandu");

  @Property
  void a_plain_form_is_what_java_time_makes_of_it(
      @ForAll @IntRange(min = 0, max = 9999) int year,
      @ForAll @IntRange(min = 0, max = 13) int month,
      @ForAll @IntRange(min = 0, max = 32) int day,
      @ForAll @IntRange(min = 0, max = 25) int hour,
      @ForAll @IntRange(min = 0, max = 61) int minute,
      @ForAll @IntRange(min = 0, max = 61) int second) {
    String text =
        String.format(
            Locale.ROOT, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, hour, minute, second);

    assertThat(Timestamps.parse(text, KATHMANDU)).isEqualTo(expected(text));
  }

  @Property
  void digits_beyond_the_microsecond_are_cut_off_or_count_as_one_more(
      @ForAll @IntRange(min = -2_000_000, max = 2_000_000) int second,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nanosecond) {
    String text = Instant.ofEpochSecond(second, nanosecond).toString();
    BigDecimal micros =
        BigDecimal.valueOf(second)
            .multiply(BigDecimal.valueOf(1_000_000))
            .add(BigDecimal.valueOf(nanosecond, 3));

    assertThat(Timestamps.parse(text, KATHMANDU))
        .hasValue(micros.setScale(0, RoundingMode.FLOOR).longValueExact());
    assertThat(Timestamps.parseUp(text, KATHMANDU))
        .hasValue(micros.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static OptionalLong expected(String text) {
    try {
      return OptionalLong.of(OffsetDateTime.parse(text).toEpochSecond() * 1_000_000L);
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }
}
