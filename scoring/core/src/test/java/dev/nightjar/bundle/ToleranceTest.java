package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToleranceTest {

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0, true",
    "1.00001, 1.0, true",
    "1.00002, 1.0, false",
    "0.000001, 0.0, true",
    "0.0000011, 0.0, false",
    "1000.01, 1000.0, true",
    "1000.02, 1000.0, false",
    "-1.00001, -1.0, true",
    "NaN, NaN, true",
    "NaN, 0.0, false",
    "0.0, NaN, false",
    "Infinity, Infinity, true",
    "-Infinity, Infinity, false",
    "1e300, Infinity, false",
    "0.0, -0.0, true",
  })
  void values_are_equal_within_absolute_and_relative_distance(
      double value, double reference, boolean holds) {
    assertThat(Tolerance.DEFAULT.holds(value, reference)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0, 0.0",
    "NaN, NaN, 0.0",
    "0.0, -0.0, 0.0",
    "Infinity, Infinity, 0.0",
    "NaN, 1.0, Infinity",
    "1.0, Infinity, Infinity",
    "0.0000005, 0.0, 0.5", // of 1e-6
    "100.0, 99.997, 2.993", // 0.003 of 1e-6 + 99.997e-5
  })
  void a_distance_is_told_as_a_share_of_what_is_allowed(
      double value, double reference, double share) {
    assertThat(Tolerance.DEFAULT.share(value, reference)).isCloseTo(share, within(0.01));
  }
}
