package dev.nightjar.pipeline;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds what one computation made of rows against what another made of them, stage by stage and
 * within the bundle's tolerance, and keeps the largest differences that it has seen. Not
 * thread-safe.
 */
public final class StageComparison {
  private final Contract contract;
  private final List<String> transformed;
  private final Tolerance tolerance;
  private final Map<Stage, Double> largest = new EnumMap<>(Stage.class);
  private long flips;

  public StageComparison(BundleManifest manifest) {
    this(manifest.contract(), manifest.transformed(), manifest.tolerance());
  }

  /**
   * @param transformed the names of the transform's output columns
   */
  StageComparison(Contract contract, List<String> transformed, Tolerance tolerance) {
    this.contract = contract;
    this.transformed = transformed;
    this.tolerance = tolerance;
  }

  /**
   * Where two computations of a row part.
   *
   * @param stage the first that differs
   * @param what the column, or {@code outcome}, {@code rejection}, {@code flags}, {@code width}
   * @param expected what the judge has
   * @param actual what is judged
   */
  public record Difference(
      Stage stage, String what, @Nullable Object expected, @Nullable Object actual) {}

  /**
   * The first difference of a row; empty when both are equal within tolerance. A label or class
   * that follows from numbers which are equal within tolerance, and is another one, is no
   * difference and is counted ({@link #flips}).
   *
   * @param expected the judge's
   * @param actual the one that is judged
   */
  public Optional<Difference> compare(GoldenRow expected, GoldenRow actual) {
    return untilPost(expected, actual).or(() -> outputs(expected, actual));
  }

  /** The first difference in fate, flags and the numbers of the stages before the last. */
  Optional<Difference> untilPost(GoldenRow expected, GoldenRow actual) {
    return fate(expected.values(), actual.values())
        .or(() -> flags(expected, actual))
        .or(() -> way(expected.values(), actual.values()))
        .or(
            () ->
                numbers(
                    Stage.MODEL,
                    List.of(),
                    widen(expected.values().activations()),
                    widen(actual.values().activations())));
  }

  private static Optional<Difference> fate(StageValues expected, StageValues actual) {
    Stage stage =
        expected.rejection().or(actual::rejection).map(Rejection::stage).orElse(Stage.TRANSFORM);
    if (expected.outcome() != actual.outcome()) {
      return Optional.of(new Difference(stage, "outcome", fate(expected), fate(actual)));
    }
    return place(expected).equals(place(actual))
        ? Optional.empty()
        : Optional.of(new Difference(stage, "rejection", fate(expected), fate(actual)));
  }

  static Optional<Difference> flags(GoldenRow expected, GoldenRow actual) {
    return expected.flags().equals(actual.flags())
        ? Optional.empty()
        : Optional.of(new Difference(Stage.CONTRACT, "flags", expected.flags(), actual.flags()));
  }

  /** The way to the network. */
  Optional<Difference> way(StageValues expected, StageValues actual) {
    return numbers(Stage.TRANSFORM, transformed, expected.transformed(), actual.transformed())
        .or(
            () ->
                numbers(
                    Stage.NORMALIZE,
                    transformed,
                    widen(expected.normalized()),
                    widen(actual.normalized())));
  }

  private Optional<Difference> numbers(
      Stage stage, List<String> names, double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      return Optional.of(new Difference(stage, "width", expected.length, actual.length));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!isWithin(stage, expected[i], actual[i])) {
        String name = i < names.size() ? names.get(i) : "value " + i;
        return Optional.of(new Difference(stage, name, expected[i], actual[i]));
      }
    }
    return Optional.empty();
  }

  private boolean isWithin(Stage stage, double expected, double actual) {
    largest.merge(stage, tolerance.share(actual, expected), Math::max);
    return tolerance.holds(actual, expected);
  }

  private Optional<Difference> outputs(GoldenRow expected, GoldenRow actual) {
    if (expected.values().outcome() != Outcome.SCORED) {
      return actual.outputs().entrySet().stream()
          .findFirst()
          .map(one -> new Difference(Stage.POST, one.getKey(), null, one.getValue()));
    }
    for (OutputField output : contract.outputs()) {
      Optional<Difference> found =
          output.of() == OutputField.Kind.CLASS
              ? ofClass(output, expected, actual)
              : ofNumber(output, expected, actual);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Difference> ofNumber(OutputField output, GoldenRow expected, GoldenRow actual) {
    Object then = expected.outputs().get(output.name());
    Object now = actual.outputs().get(output.name());
    if (!(then instanceof Number a)
        || !(now instanceof Number b)
        || !isWithin(Stage.POST, a.doubleValue(), b.doubleValue())) {
      return Optional.of(new Difference(Stage.POST, output.name(), then, now));
    }
    if (output.threshold().isEmpty()) {
      return Optional.empty();
    }
    String label = output.columns().get(1).name();
    return flip(
        label,
        expected.outputs().get(label),
        actual.outputs().get(label),
        b.doubleValue() >= output.threshold().get());
  }

  private Optional<Difference> ofClass(OutputField output, GoldenRow expected, GoldenRow actual) {
    float[] units = actual.values().activations();
    int first = contract.layout().firstUnit(output.from()).orElseThrow();
    Activations one = new Activations(units, units.length, new int[] {0});
    String strongest = output.classes().get(one.strongest(0, first, output.classes().size()));
    return flip(
        output.name(),
        expected.outputs().get(output.name()),
        actual.outputs().get(output.name()),
        strongest);
  }

  /**
   * The numbers that both follow from are equal within tolerance, so that those of a row whose
   * label follows from its own numbers lie within tolerance of the threshold.
   */
  private Optional<Difference> flip(
      String name, @Nullable Object expected, @Nullable Object actual, Object follows) {
    if (Objects.equals(expected, actual)) {
      return Optional.empty();
    }
    if (!follows.equals(actual)) {
      return Optional.of(new Difference(Stage.POST, name, expected, actual));
    }
    flips++;
    return Optional.empty();
  }

  /**
   * By stage the largest difference so far of numbers that both had, in units of what is allowed:
   * at most 1 as long as there was no difference beyond tolerance.
   */
  public Map<Stage, Double> largest() {
    return Collections.unmodifiableMap(largest);
  }

  /** How many labels and classes were other ones though their numbers are equal. */
  public long flips() {
    return flips;
  }

  private static List<String> place(StageValues values) {
    return values.rejection().map(r -> List.of(r.stage().word(), r.field())).orElse(List.of());
  }

  /** What became of a row, in words. */
  static String fate(StageValues values) {
    return values
        .rejection()
        .map(r -> "rejected at " + r.stage().word() + " (" + r.field() + " " + r.reason() + ")")
        .orElse(values.outcome().word());
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
