package dev.nightjar.run;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.pipeline.StageComparison;
import dev.nightjar.run.RowExplanation.OfRow;
import dev.nightjar.run.RowExplanation.Published;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The rows of a key as the files hold them, held against what is computed now. */
final class PublishedRows {
  private final Plan plan;
  private final List<Row> rows;

  PublishedRows(Plan plan, List<Row> rows) {
    this.plan = plan;
    this.rows = rows;
  }

  /** Pairs them: equal ones first, then whatever is left of both, in their order. */
  List<OfRow> against(List<RowWay.Taken> computed) {
    List<Row> left = new ArrayList<>(rows);
    List<@Nullable OfRow> pairs = new ArrayList<>();
    for (RowWay.Taken taken : computed) {
      OfRow equal = null;
      for (int i = 0; i < left.size() && equal == null; i++) {
        if (difference(taken, left.get(i)).isEmpty()) {
          equal = new OfRow(taken.told(), told(left.remove(i)), Optional.empty());
        }
      }
      pairs.add(equal);
    }
    List<OfRow> told = new ArrayList<>();
    for (int i = 0; i < computed.size(); i++) {
      OfRow pair = pairs.get(i);
      told.add(pair != null ? pair : unequal(computed.get(i), left));
    }
    for (Row row : left) {
      told.add(
          new OfRow(
              null, told(row), Optional.of("the result has the row and the input has it no more")));
    }
    return told;
  }

  private OfRow unequal(RowWay.Taken taken, List<Row> left) {
    if (left.isEmpty()) {
      return new OfRow(
          taken.told(), null, Optional.of("the input has the row and the result has it not"));
    }
    Row row = left.remove(0);
    return new OfRow(taken.told(), told(row), difference(taken, row));
  }

  private Published told(Row row) {
    Outcome outcome = RowWay.outcome(row);
    return new Published(
        outcome,
        Rejections.of(row),
        flags(row),
        outcome == Outcome.SCORED ? outputs(row) : Map.of(),
        row.getAs(ReservedColumns.RUN),
        row.getAs(ReservedColumns.BUNDLE));
  }

  private static List<String> flags(Row row) {
    return List.copyOf(row.getList(row.fieldIndex(ReservedColumns.FLAGS)));
  }

  private Map<String, @Nullable Object> outputs(Row row) {
    return Told.values(row, plan.scoring().contract().outputSchema().names());
  }

  /** How a published row differs from one that is computed now; empty when it does not. */
  private Optional<String> difference(RowWay.Taken taken, Row row) {
    Outcome outcome = RowWay.outcome(row);
    StageValues now = taken.stages().values();
    Map<String, @Nullable Object> outputs = new LinkedHashMap<>(outputs(row));
    outputs.values().removeIf(Objects::isNull);
    GoldenRow published =
        new GoldenRow(
            Map.of(),
            flags(row),
            new StageValues(
                outcome,
                Rejections.of(row),
                now.transformed(),
                now.normalized(),
                now.activations()),
            outcome == Outcome.SCORED ? outputs(row) : outputs);
    return new StageComparison(plan.scoring().bundle().manifest())
        .compare(taken.stages(), published)
        .map(
            found ->
                String.format(
                    "%s differs at %s: published %s, computed now %s",
                    found.what(), found.stage().word(), found.actual(), found.expected()))
        .or(() -> reason(taken.told().rejection(), Rejections.of(row)))
        .or(() -> passedThrough(taken.row(), row));
  }

  /** Where stage and field are equal, the reason still tells another value. */
  private static Optional<String> reason(Optional<Rejection> now, Optional<Rejection> then) {
    return now.equals(then)
        ? Optional.empty()
        : Optional.of(
            String.format(
                "the reason differs: published \"%s\", computed now \"%s\"",
                then.map(Rejection::reason).orElse(""), now.map(Rejection::reason).orElse("")));
  }

  private Optional<String> passedThrough(Row input, Row published) {
    List<String> columns = plan.job().output().passThrough();
    Map<String, @Nullable Object> now = Told.values(input, columns);
    for (Map.Entry<String, @Nullable Object> then : Told.values(published, columns).entrySet()) {
      if (!Objects.equals(then.getValue(), now.get(then.getKey()))) {
        return Optional.of(
            String.format(
                "%s differs: the result has %s, and the input has %s now",
                then.getKey(), then.getValue(), now.get(then.getKey())));
      }
    }
    return Optional.empty();
  }
}
