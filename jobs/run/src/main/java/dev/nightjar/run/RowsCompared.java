package dev.nightjar.run;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.forall;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.zip_with;

import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ReservedColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Holds rows that were published against the same rows scored again: outcome, flags, what passed
 * through, and outputs within the bundle's tolerance. A label follows from its number, and may be
 * another where that lies at the threshold.
 */
final class RowsCompared {
  private static final String PASSED = "passed";
  private static final String ROWS = "rows";

  private final Plan plan;
  private final List<String> key;

  RowsCompared(Plan plan) {
    this.plan = plan;
    this.key = plan.job().input().key();
  }

  /**
   * Keys whose rows differ.
   *
   * @param limit the most that are given
   * @return rows of the key's columns
   */
  List<Row> differing(Dataset<Row> then, Dataset<Row> now, int limit) {
    Dataset<Row> a = grouped(then).alias("a");
    Dataset<Row> b = grouped(now).alias("b");
    Column same = lit(true);
    List<Column> keys = new ArrayList<>();
    for (String name : key) {
      Column left = column("a", name);
      Column right = column("b", name);
      same = same.and(left.eqNullSafe(right));
      keys.add(coalesce(left, right).as(name));
    }
    Column left = column("a", ROWS);
    Column right = column("b", ROWS);
    Column equal =
        left.isNotNull()
            .and(right.isNotNull())
            .and(size(left).equalTo(size(right)))
            .and(forall(zip_with(left, right, this::areEqual), one -> one));
    return a.join(b, same, "full_outer")
        .filter(not(coalesce(equal, lit(false))))
        .select(keys.toArray(Column[]::new))
        .takeAsList(limit);
  }

  /** By key, its rows in an order in which equal ones meet. */
  private Dataset<Row> grouped(Dataset<Row> rows) {
    List<Column> fields = new ArrayList<>();
    fields.add(InputRows.quoted(ReservedColumns.OUTCOME));
    fields.add(InputRows.quoted(ReservedColumns.FLAGS));
    List<String> passed = plan.job().output().passThrough();
    fields.add(
        (passed.isEmpty()
                ? lit("")
                : to_json(struct(passed.stream().map(InputRows::quoted).toArray(Column[]::new))))
            .as(PASSED));
    for (OutputField output : plan.scoring().contract().outputs()) {
      fields.add(InputRows.quoted(output.name()));
    }
    return rows.groupBy(key.stream().map(InputRows::quoted).toArray(Column[]::new))
        .agg(sort_array(collect_list(struct(fields.toArray(Column[]::new)))).as(ROWS));
  }

  private Column areEqual(Column a, Column b) {
    Tolerance tolerance = plan.scoring().bundle().manifest().tolerance();
    Column equal = lit(true);
    for (String name : List.of(ReservedColumns.OUTCOME, ReservedColumns.FLAGS, PASSED)) {
      equal = equal.and(a.getField(name).eqNullSafe(b.getField(name)));
    }
    for (OutputField output : plan.scoring().contract().outputs()) {
      Column then = a.getField(output.name());
      Column now = b.getField(output.name());
      Column same = then.eqNullSafe(now);
      if (output.of() != OutputField.Kind.CLASS) {
        Column within =
            abs(then.minus(now))
                .leq(abs(now).multiply(tolerance.relative()).plus(tolerance.absolute()));
        same = same.or(coalesce(within, lit(false)));
      }
      equal = equal.and(same);
    }
    return equal;
  }

  private static Column column(String side, String name) {
    return col(side + ".`" + name.replace("`", "``") + "`");
  }
}
