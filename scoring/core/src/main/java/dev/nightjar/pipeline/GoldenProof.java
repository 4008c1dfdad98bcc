package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.ReferencePipeline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes golden rows and proves them: what a bundle's rows were at packaging they must be here,
 * stage by stage. A difference is a wrong kernel, a wrong library or a changed model.
 */
public final class GoldenProof {
  /**
   * A foreign model comes with at least as many different rows and what it gives for them. Fewer
   * could agree by chance where columns are swapped or a normalizer is forgotten, such as rows near
   * the ends of a sigmoid.
   */
  public static final int LEAST_GIVEN = 8;

  private final Bundle bundle;
  private final GoldenRows golden;

  GoldenProof(Bundle bundle, GoldenRows golden) {
    this.bundle = bundle;
    this.golden = golden;
  }

  /**
   * Golden rows of these inputs, computed by the reference.
   *
   * @param inputs rows in the contract's columns, in any types that convert
   */
  public static GoldenRows compute(Bundle draft, ReferencePipeline pipeline, ColumnBatch inputs) {
    return RowTraces.by(pipeline, draft, inputs);
  }

  /**
   * Scores the golden inputs and compares each stage.
   *
   * @throws BundleException at the first difference
   */
  void prove(Stages stages) {
    refuseTooFew();
    GoldenRows here = RowTraces.by(stages, bundle, golden.columns());
    for (int row = 0; row < golden.rows().size(); row++) {
      compare(row, golden.rows().get(row), here.rows().get(row));
    }
  }

  /**
   * Rows of which only the way to the network is known prove nothing of the network: of a foreign
   * model there are enough others, and of any other model there is none such.
   */
  private void refuseTooFew() {
    long whole = golden.rows().stream().filter(GoldenRow::isWhole).count();
    if (bundle.manifest().foreign().isEmpty()) {
      if (whole < golden.rows().size()) {
        throw new BundleException(
            String.format(
                "the bundle %s has golden rows whose outputs are not known, and no foreign model that"
                    + " would excuse it; package the model again",
                bundle.files().origin()));
      }
      return;
    }
    long given =
        golden.rows().stream()
            .filter(row -> row.isWhole() && row.values().outcome() == Outcome.SCORED)
            .map(GoldenRow::input)
            .distinct()
            .count();
    if (given < LEAST_GIVEN) {
      throw new BundleException(
          String.format(
              "the bundle %s has %d different golden rows whose outputs came with its model, and %d"
                  + " are the least; package it again with more",
              bundle.files().origin(), given, LEAST_GIVEN));
    }
  }

  private void compare(int row, GoldenRow then, GoldenRow now) {
    StageComparison comparison = new StageComparison(bundle.manifest());
    if (!then.isWhole()) {
      compareUntilNetwork(comparison, row, then, now);
      return;
    }
    refuse(row, comparison.untilPost(then, now));
    compareOutputs(row, then);
  }

  /** What becomes of the row in the network and behind it is not known. */
  private void compareUntilNetwork(
      StageComparison comparison, int row, GoldenRow then, GoldenRow now) {
    StageValues actual = now.values();
    if (actual.normalized().length == 0) {
      Stage stage = actual.rejection().map(Rejection::stage).orElse(Stage.TRANSFORM);
      String fate = StageComparison.fate(actual);
      throw differs(row, stage, "outcome", "on its way to the network", fate);
    }
    refuse(row, StageComparison.flags(then, now));
    refuse(row, comparison.way(then.values(), actual));
  }

  private void refuse(int row, Optional<StageComparison.Difference> difference) {
    difference.ifPresent(
        found -> {
          throw differs(row, found.stage(), found.what(), found.expected(), found.actual());
        });
  }

  /**
   * The outputs follow from the activations, so they are made again from the stored ones: from this
   * machine's, a label within tolerance of its threshold could flip without anything being wrong.
   */
  private void compareOutputs(int row, GoldenRow then) {
    if (then.values().outcome() != Outcome.SCORED) {
      return;
    }
    float[] units = then.values().activations();
    Activations activations = new Activations(units, units.length, new int[] {0});
    ColumnBatch outputs =
        new PostStep(bundle.manifest().contract()).apply(activations, new RowFates(1));
    RowTraces.valuesOf(outputs, 0)
        .forEach(
            (name, here) -> {
              Object stored = then.outputs().get(name);
              if (!Objects.equals(stored, here)) {
                throw differs(row, Stage.POST, name, stored, here);
              }
            });
  }

  private BundleException differs(
      int row, Stage stage, String what, @Nullable Object expected, @Nullable Object actual) {
    return new BundleException(
        String.format(
            "the bundle %s fails its golden rows on %s: row %d, stage %s, %s: %s at packaging and %s"
                + " here. Its model, a library or this machine's native code has changed; package"
                + " the model again, or run on a machine that computes right",
            bundle.files().origin(), host(), row, stage.word(), what, expected, actual));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
