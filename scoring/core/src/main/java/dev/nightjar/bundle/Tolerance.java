package dev.nightjar.bundle;

/**
 * How far two computations of one value may lie apart and still be equal: |a − b| ≤ absolute +
 * relative · |b|, where b is the reference's. Two NaN are equal.
 */
public record Tolerance(double absolute, double relative) {
  /** What a bundle has unless it says otherwise. */
  public static final Tolerance DEFAULT = new Tolerance(1e-6, 1e-5);

  public boolean holds(double value, double reference) {
    if (Double.isNaN(value) || Double.isNaN(reference)) {
      return Double.isNaN(value) && Double.isNaN(reference);
    }
    if (Double.isInfinite(value) || Double.isInfinite(reference)) {
      return value == reference;
    }
    return Math.abs(value - reference) <= absolute + relative * Math.abs(reference);
  }

  /**
   * How far the two lie apart, in units of what is allowed: 0 for equal ones, at most 1 for those
   * that hold, infinite where nothing could be allowed.
   */
  public double share(double value, double reference) {
    if (Double.compare(value, reference) == 0 || value == reference) {
      return 0;
    }
    if (!Double.isFinite(value) || !Double.isFinite(reference)) {
      return Double.POSITIVE_INFINITY;
    }
    double allowed = absolute + relative * Math.abs(reference);
    return Math.abs(value - reference) / allowed;
  }
}
