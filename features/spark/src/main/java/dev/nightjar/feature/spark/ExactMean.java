package dev.nightjar.feature.spark;

import java.io.Serializable;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.jspecify.annotations.Nullable;

/**
 * The mean of doubles, null and NaN left out, summed to twice a double's precision. Spark's own
 * sums come out differently in their last digits from run to run, because partial sums meet in any
 * order; a default in a bundle must not.
 */
final class ExactMean extends Aggregator<@Nullable Double, ExactMean.Sum, @Nullable Double> {
  private static final long serialVersionUID = 1L;

  /** A sum as the unevaluated sum of two doubles. Public, as Spark demands of it. */
  public static final class Sum implements Serializable {
    private static final long serialVersionUID = 1L;

    private double high;
    private double low;
    private long count;

    /** Knuth's TwoSum (The Art of Computer Programming, vol. 2, 4.2.2), then renormalized. */
    private void add(double value, double valueLow) {
      double sum = high + value;
      double part = sum - high;
      double error = (high - (sum - part)) + (value - part);
      double rest = error + low + valueLow;
      high = sum + rest;
      low = Double.isFinite(high) ? rest - (high - sum) : 0;
    }
  }

  @Override
  public Sum zero() {
    return new Sum();
  }

  @Override
  public Sum reduce(Sum sum, @Nullable Double value) {
    if (value != null && !Double.isNaN(value)) {
      sum.add(value, 0);
      sum.count++;
    }
    return sum;
  }

  @Override
  public Sum merge(Sum a, Sum b) {
    a.add(b.high, b.low);
    a.count += b.count;
    return a;
  }

  @Override
  public @Nullable Double finish(Sum sum) {
    if (sum.count == 0) {
      return null;
    }
    double quotient = sum.high / sum.count;
    if (!Double.isFinite(quotient)) {
      return quotient;
    }
    // What the quotient leaves over, so that the mean is rounded once and not twice.
    double remainder = Math.fma(-quotient, (double) sum.count, sum.high) + sum.low;
    return quotient + remainder / sum.count;
  }

  @Override
  public Encoder<Sum> bufferEncoder() {
    return Encoders.javaSerialization(Sum.class);
  }

  @Override
  public Encoder<@Nullable Double> outputEncoder() {
    return Encoders.DOUBLE();
  }
}
