package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.result.ParityCertificate;
import dev.nightjar.result.ParityCertificate.Comparison;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people are told of a parity certificate. */
class ParityLineTest {
  @Test
  void an_equal_sample_says_with_what_and_how_near() {
    ParityCertificate parity =
        parity(null, comparison("online", 0, 0.0, 0), comparison("reference", 0, 0.125, 2));

    assertThat(ParityLine.of(parity))
        .isEqualTo(
            "1,106 rows (1,000 scored, 100 filtered, 6 rejected) = online (0.0 % of tolerance) ="
                + " reference (12.5 % of tolerance); 2 labels flipped within tolerance");
    assertThat(ParityLine.word(parity)).isEqualTo("1,106");
  }

  @Test
  void a_sample_that_differs_says_how_many_rows() {
    ParityCertificate parity =
        parity(null, comparison("online", 0, 0.0, 0), comparison("reference", 7, 900, 0));

    assertThat(ParityLine.of(parity))
        .endsWith(" = online (0.0 % of tolerance) = reference but for 7");
    assertThat(ParityLine.word(parity)).isEqualTo("1,106 differ");
  }

  @Test
  void without_a_reference_it_says_why() {
    ParityCertificate parity = parity("it did not answer", comparison("online", 0, 0.0, 0));

    assertThat(ParityLine.of(parity))
        .endsWith("= online (0.0 % of tolerance); no reference: it did not answer");
    assertThat(ParityLine.word(parity)).isEqualTo("1,106 (online)");
  }

  @Test
  void no_row_is_none_to_compare() {
    assertThat(
            ParityLine.of(
                new ParityCertificate(new ParityCertificate.Rows(0, 0, 0), List.of(), null, 0.1)))
        .isEqualTo("no row to compare");
  }

  private static ParityCertificate parity(
      @Nullable String withoutReference, Comparison... comparisons) {
    return new ParityCertificate(
        new ParityCertificate.Rows(1_000, 100, 6), List.of(comparisons), withoutReference, 0.1);
  }

  private static Comparison comparison(String path, long differing, double largest, long flips) {
    return new Comparison(path, 1_106, differing, Map.of("model", largest), flips);
  }
}
