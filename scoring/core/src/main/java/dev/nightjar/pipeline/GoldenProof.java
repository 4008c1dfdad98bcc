package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Field;
import dev.nightjar.engine.ReferencePipeline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    return compute(draft, new ReferenceStages(pipeline), inputs);
  }

  private static GoldenRows compute(Bundle draft, Stages stages, ColumnBatch inputs) {
    StagedScorer.Trace trace =
        new StagedScorer(draft.manifest().contract(), stages, given -> {}).trace(inputs);
    List<GoldenRow> rows = new ArrayList<>();
    for (int row = 0; row < inputs.rows(); row++) {
      ScoredBatch scored = trace.scored();
      boolean isScored = scored.outcome(row) == Outcome.SCORED;
      rows.add(
          new GoldenRow(
              rowOf(inputs, row),
              List.copyOf(scored.flags(row)),
              trace.values().get(row),
              isScored ? rowOf(scored.outputs(), row) : Map.of()));
    }
    return new GoldenRows(inputs.schema(), rows);
  }

  /**
   * Scores the golden inputs and compares each stage.
   *
   * @throws BundleException at the first difference
   */
  void prove(Stages stages) {
    refuseTooFew();
    ColumnBatch.Builder inputs = ColumnBatch.builder(golden.inputs());
    for (GoldenRow row : golden.rows()) {
      inputs.row(golden.inputs().names().stream().map(row.input()::get).toArray());
    }
    GoldenRows here = compute(bundle, stages, inputs.build());
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
    if (!then.isWhole()) {
      compareUntilNetwork(row, then, now);
      return;
    }
    StageValues expected = then.values();
    StageValues actual = now.values();
    Stage fateStage =
        expected.rejection().or(actual::rejection).map(Rejection::stage).orElse(Stage.TRANSFORM);
    if (expected.outcome() != actual.outcome()) {
      throw differs(row, fateStage, "outcome", expected.outcome().word(), fate(actual));
    }
    if (!place(expected).equals(place(actual))) {
      throw differs(row, fateStage, "rejection", fate(expected), fate(actual));
    }
    if (!then.flags().equals(now.flags())) {
      throw differs(row, Stage.CONTRACT, "flags", then.flags(), now.flags());
    }
    compareWay(row, expected, actual);
    compare(
        row, Stage.MODEL, List.of(), widen(expected.activations()), widen(actual.activations()));
    compareOutputs(row, then);
  }

  /** What becomes of the row in the network and behind it is not known. */
  private void compareUntilNetwork(int row, GoldenRow then, GoldenRow now) {
    StageValues actual = now.values();
    if (actual.normalized().length == 0) {
      Stage stage = actual.rejection().map(Rejection::stage).orElse(Stage.TRANSFORM);
      throw differs(row, stage, "outcome", "on its way to the network", fate(actual));
    }
    if (!then.flags().equals(now.flags())) {
      throw differs(row, Stage.CONTRACT, "flags", then.flags(), now.flags());
    }
    compareWay(row, then.values(), actual);
  }

  private void compareWay(int row, StageValues expected, StageValues actual) {
    List<String> names = bundle.manifest().transformed();
    compare(row, Stage.TRANSFORM, names, expected.transformed(), actual.transformed());
    compare(row, Stage.NORMALIZE, names, widen(expected.normalized()), widen(actual.normalized()));
  }

  private void compare(
      int row, Stage stage, List<String> names, double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      throw differs(row, stage, "width", expected.length, actual.length);
    }
    Tolerance tolerance = bundle.manifest().tolerance();
    for (int i = 0; i < expected.length; i++) {
      if (!tolerance.holds(actual[i], expected[i])) {
        String name = i < names.size() ? names.get(i) : "value " + i;
        throw differs(row, stage, name, expected[i], actual[i]);
      }
    }
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
    rowOf(outputs, 0)
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

  private static Map<String, @Nullable Object> rowOf(ColumnBatch batch, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : batch.schema().fields()) {
      Column column = batch.column(field.name());
      values.put(field.name(), column.get(row));
    }
    return Collections.unmodifiableMap(values);
  }

  private static List<String> place(StageValues values) {
    return values.rejection().map(r -> List.of(r.stage().word(), r.field())).orElse(List.of());
  }

  private static String fate(StageValues values) {
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

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
