package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.job.Job;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** That the input has each key once, for tables in which a row takes another one's place by it. */
final class UniqueKeys {
  private static final String ROWS = ReservedColumns.PREFIX + "rows";

  private UniqueKeys() {}

  /**
   * Looks at the interval's keys where the job's table goes by them. A row without a key is
   * rejected, and gets into no table.
   *
   * @throws RefusedException with the first key that is there more than once
   */
  static void require(Plan plan) {
    Job job = plan.job();
    if (job.output().table().orElse(null) instanceof Job.DatabaseTarget table
        && table.write() == Job.DatabaseTarget.Write.MERGE) {
      Column[] key = job.input().key().stream().map(InputRows::quoted).toArray(Column[]::new);
      Dataset<Row> keys = plan.input().keys();
      for (Column part : key) {
        keys = keys.filter(part.isNotNull());
      }
      List<Row> first =
          keys.groupBy(key)
              .agg(count(lit(1)).as(ROWS))
              .filter(col(ROWS).gt(1))
              .orderBy(key)
              .takeAsList(1);
      if (!first.isEmpty()) {
        throw refusal(plan, first.get(0));
      }
    }
  }

  private static RefusedException refusal(Plan plan, Row twice) {
    List<String> named = new ArrayList<>();
    for (String name : plan.job().input().key()) {
      named.add(name + " = " + twice.getAs(name));
    }
    return new RefusedException(
        "the input has the key "
            + String.join(", ", named)
            + " in "
            + twice.<Long>getAs(ROWS)
            + " rows of "
            + plan.interval().id()
            + ", and output.jdbc.write: merge needs each key once; make the input's keys unique, add"
            + " what tells the rows apart to input.key, or say write: interval. Nothing is"
            + " published");
  }
}
