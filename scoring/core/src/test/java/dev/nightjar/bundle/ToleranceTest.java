package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;

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
}
