package dev.nightjar.online.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
  private final ServiceTime time = new ServiceTime();

  @Test
  void nothing_is_expected_before_anything_is_known() {
    assertThat(time.expectedNanos(1000)).isZero();
  }

  @Test
  void the_slow_first_requests_are_forgotten_at_the_first_quick_one() {
    time.took(1000, 500_000_000);
    time.took(1000, 100_000);

    assertThat(time.expectedNanos(1000)).isEqualTo(100_000);
    assertThat(time.expectedNanos(600)).as("of the same size").isEqualTo(60_000);
    assertThat(time.expectedNanos(500)).as("half the body").isEqualTo(50_000);
    assertThat(time.expectedNanos(1))
        .as("no body is taken for shorter than 128 bytes")
        .isEqualTo(12_800);
  }

  @Test
  void one_that_waited_for_something_else_hardly_counts() {
    for (int i = 0; i < 100; i++) {
      time.took(1000, 100_000);
    }

    time.took(1000, 1_000_000_000);

    // A twentieth of four times the average, and nineteen twentieths of the average.
    assertThat(time.expectedNanos(1000)).isEqualTo(115_000);
  }

  @Test
  void requests_that_have_become_slower_are_learned() {
    for (int i = 0; i < 100; i++) {
      time.took(1000, 100_000);
    }
    for (int i = 0; i < 200; i++) {
      time.took(1000, 5_000_000);
    }

    assertThat(time.expectedNanos(1000)).isCloseTo(5_000_000, Percentage.withPercentage(1));
  }

  @Test
  void a_batch_after_many_single_rows_is_not_expected_to_take_a_thousand_times_as_long() {
    for (int i = 0; i < 200; i++) {
      time.took(300, 500_000);
    }

    assertThat(time.expectedNanos(300_000))
        .as("as long as the longest of the largest size that is known, 511 bytes")
        .isEqualTo(851_666);

    time.took(300_000, 40_000_000);
    assertThat(time.expectedNanos(300_000)).isEqualTo(40_000_000);
    assertThat(time.expectedNanos(300)).as("single rows as before").isEqualTo(500_000);
  }
}
