package dev.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LimitTest {
  @Test
  void a_number_is_held_against_the_rows_and_a_share_against_all() {
    assertThat(Limit.parse("3").orElseThrow().allows(3, 4)).isTrue();
    assertThat(Limit.parse("3").orElseThrow().allows(4, 1_000_000)).isFalse();
    assertThat(Limit.parse("0.5%").orElseThrow().allows(5, 1_000)).isTrue();
    assertThat(Limit.parse("0.5%").orElseThrow().allows(6, 1_000)).isFalse();
    assertThat(Limit.NONE.allows(1, 1_000)).isFalse();
    assertThat(Limit.ALL.allows(1_000, 1_000)).isTrue();
  }

  @Test
  void what_is_neither_is_none() {
    assertThat(Limit.parse("some")).isEmpty();
    assertThat(Limit.parse("-1")).isEmpty();
    assertThat(Limit.parse("101%")).isEmpty();
    assertThat(Limit.parse("0,5%")).isEmpty();
  }

  @Test
  void it_is_written_as_it_was_read() {
    assertThat(Limit.parse("0.5%").orElseThrow()).hasToString("0.5%");
    assertThat(Limit.parse("12").orElseThrow()).hasToString("12");
    assertThat(Limit.parse("29 %").orElseThrow()).hasToString("29%");
  }

  /** In doubles, 0.29 · 100 is less than 29. */
  @Property
  void a_share_allows_exactly_as_many_rows_as_whole_numbers_say(
      @ForAll @IntRange(max = 100) int percent,
      @ForAll @IntRange(max = 100_000) int all,
      @ForAll @IntRange(max = 100_000) int rows) {
    boolean expected =
        BigInteger.valueOf(rows)
                .multiply(BigInteger.valueOf(100))
                .compareTo(BigInteger.valueOf(percent).multiply(BigInteger.valueOf(all)))
            <= 0;

    assertThat(Limit.parse(percent + "%").orElseThrow().allows(rows, all)).isEqualTo(expected);
    assertThat(Limit.parse(percent + "%").orElseThrow().allows(percent, 100)).isTrue();
  }
}
