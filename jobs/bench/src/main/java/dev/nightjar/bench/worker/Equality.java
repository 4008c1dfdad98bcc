package dev.nightjar.bench.worker;

import dev.nightjar.bench.work.Prepared;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds scored rows, good and bad, against the reference. The contract is applied anew here, value
 * by value ({@link PlainContract}), and DataVec and DL4J compute the rest, so nothing that is
 * compared comes from our own fast path. Not thread-safe.
 */
final class Equality {
  private static final int BATCH = 1_024;
  private static final String REFERENCE = "dl4j";

  private final LoadedBundle loaded;
  private final PlainContract contract;
  private final ReferencePipeline reference;
  private final Tolerance tolerance;
  private long differing;
  private long scored;
  private long rejected;
  private double greatest;
  private double greatestShare;

  /** What must become of a row. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Fate(
      Outcome outcome,
      @Nullable Stage stage,
      String field,
      List<String> flags,
      float @Nullable [] activations) {}

  private Equality(Bundle bundle) {
    this.loaded = LoadedBundle.load(bundle);
    this.contract = new PlainContract(bundle.manifest().contract());
    this.reference = Engines.reference(REFERENCE).load(bundle);
    this.tolerance = bundle.manifest().tolerance();
  }

  /**
   * Compares so many random rows of a workload.
   *
   * @return {@code differing}, {@code scored} and {@code rejected} rows, the greatest difference
   *     {@code difference} between two scores and how much of its tolerance one used at most,
   *     {@code share}
   */
  static Map<String, Double> compare(Prepared prepared, long rows, long seed) {
    Equality equality = new Equality(Bundle.open(prepared.bundle()));
    LoadedBundle loaded = equality.loaded;
    ReferencePipeline reference = equality.reference;
    try (loaded;
        reference;
        Scorer scorer = loaded.scorer()) {
      RandomRows random = new RandomRows(prepared.workload().contract(), seed);
      for (long done = 0; done < rows; done += BATCH) {
        equality.batch(scorer, random.next((int) Math.min(BATCH, rows - done)));
      }
    }
    Map<String, Double> figures = new HashMap<>();
    figures.put("differing", (double) equality.differing);
    figures.put("scored", (double) equality.scored);
    figures.put("rejected", (double) equality.rejected);
    figures.put("difference", equality.greatest);
    figures.put("share", equality.greatestShare);
    return figures;
  }

  private void batch(Scorer scorer, List<@Nullable Object[]> rows) {
    ColumnBatch.Builder columns = ColumnBatch.builder(contract.contract().inputSchema());
    rows.forEach(columns::row);
    ScoredBatch ours = scorer.score(columns.build());
    List<Fate> fates = fates(rows);
    for (int row = 0; row < rows.size(); row++) {
      compare(ours, row, fates.get(row));
    }
  }

  private List<Fate> fates(List<@Nullable Object[]> rows) {
    List<PlainContract.Verdict> verdicts = rows.stream().map(contract::apply).toList();
    ColumnBatch.Builder passed = ColumnBatch.builder(contract.contract().inputSchema());
    for (PlainContract.Verdict verdict : verdicts) {
      if (verdict.rejected() == null) {
        passed.row(verdict.values());
      }
    }
    List<StageValues> results = passed.rows() == 0 ? List.of() : reference.run(passed.build());
    List<Fate> fates = new ArrayList<>();
    int next = 0;
    for (PlainContract.Verdict verdict : verdicts) {
      if (verdict.rejected() != null) {
        fates.add(
            new Fate(Outcome.REJECTED, Stage.CONTRACT, verdict.rejected(), verdict.flags(), null));
      } else {
        StageValues values = results.get(next++);
        fates.add(
            new Fate(
                values.outcome(),
                values.rejection().map(Rejection::stage).orElse(null),
                values.rejection().map(Rejection::field).orElse(""),
                verdict.flags(),
                values.activations()));
      }
    }
    return fates;
  }

  private void compare(ScoredBatch ours, int row, Fate expected) {
    Optional<Rejection> rejection = ours.rejection(row);
    boolean same =
        ours.outcome(row) == expected.outcome()
            && Objects.equals(rejection.map(Rejection::stage).orElse(null), expected.stage())
            && rejection.map(Rejection::field).orElse("").equals(expected.field())
            && ours.flags(row).equals(expected.flags());
    if (ours.outcome(row) == Outcome.SCORED) {
      scored++;
    } else {
      rejected++;
    }
    float[] units = expected.activations();
    if (same && expected.outcome() == Outcome.SCORED && units != null) {
      same = isNear(((Float) Objects.requireNonNull(ours.outputs().column(0).get(row))), units[0]);
    }
    if (!same) {
      differing++;
    }
  }

  private boolean isNear(double ours, double theirs) {
    double difference = Math.abs(ours - theirs);
    greatest = Math.max(greatest, difference);
    greatestShare =
        Math.max(
            greatestShare,
            difference / (tolerance.absolute() + tolerance.relative() * Math.abs(theirs)));
    return tolerance.holds(ours, theirs);
  }
}
