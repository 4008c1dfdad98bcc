package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Sums against those of {@link BigDecimal}, which are exact and rounded once. */
class ExactSumProperties {

  @Property
  void a_sum_is_the_exact_one_rounded_once_whatever_has_come_and_gone(
      @ForAll("values") List<Double> kept,
      @ForAll("values") List<Double> gone,
      @ForAll Random random) {
    List<Runnable> steps = new ArrayList<>();
    ExactSum sum = new ExactSum();
    kept.forEach(value -> steps.add(() -> sum.add(value)));
    gone.forEach(value -> steps.add(() -> sum.add(value)));
    Collections.shuffle(steps, random);
    steps.forEach(Runnable::run);
    List<Double> removed = new ArrayList<>(gone);
    Collections.shuffle(removed, random);
    removed.forEach(sum::remove);

    assertThat(sum.values()).isEqualTo(kept.size());
    assertThat(sum.value() + 0.0).isEqualTo(exact(kept));
  }

  private static double exact(List<Double> values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum.doubleValue() + 0.0;
  }

  @Provide
  Arbitrary<List<Double>> values() {
    Arbitrary<Double> anyBits =
        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
    Arbitrary<Double> likeMoney =
        Arbitraries.longs().between(-100_000, 100_000).map(c -> c / 100.0);
    Arbitrary<Double> onTheEdge =
        Arbitraries.of(
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Math.ulp(Double.MAX_VALUE) / 2,
            0.0,
            -0.0,
            1.0,
            0x1p-53,
            0x1p-54,
            -0x1p-106,
            0x1p53,
            0x1p53 + 2);
    return Arbitraries.oneOf(
        anyBits.list().ofMaxSize(40),
        likeMoney.list().ofMaxSize(40),
        onTheEdge.list().ofMaxSize(12),
        Arbitraries.oneOf(anyBits, likeMoney, onTheEdge).list().ofMaxSize(40));
  }

  @Test
  void what_is_no_number_counts_as_long_as_it_is_there() {
    ExactSum sum = new ExactSum();
    sum.add(1.5);
    sum.add(Double.POSITIVE_INFINITY);
    assertThat(sum.value()).isEqualTo(Double.POSITIVE_INFINITY);
    sum.add(Double.NEGATIVE_INFINITY);
    assertThat(sum.value()).isNaN();
    sum.remove(Double.POSITIVE_INFINITY);
    assertThat(sum.value()).isEqualTo(Double.NEGATIVE_INFINITY);
    sum.add(Double.NaN);
    assertThat(sum.value()).isNaN();
    sum.remove(Double.NaN);
    sum.remove(Double.NEGATIVE_INFINITY);
    assertThat(sum.value()).isEqualTo(1.5);
    assertThat(sum.values()).isEqualTo(1);
  }
}
