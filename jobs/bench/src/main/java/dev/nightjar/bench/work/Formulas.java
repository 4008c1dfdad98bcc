package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.shiftrightunsigned;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import org.apache.spark.sql.Column;

/** Values that look random and depend on a row's id and a salt alone. */
final class Formulas {
  private static final int UNUSED_BITS = 11;
  private static final double STEPS = 1L << (Long.SIZE - UNUSED_BITS);

  private Formulas() {}

  /** From 0, inclusive, to 1, exclusive. */
  static Column uniform(int salt) {
    return shiftrightunsigned(xxhash64(col(Workload.ID), lit(salt)), UNUSED_BITS)
        .cast("double")
        .divide(lit(STEPS));
  }

  /** From least, inclusive, to greatest, exclusive. */
  static Column between(double least, double greatest, int salt) {
    return uniform(salt).multiply(lit(greatest - least)).plus(lit(least));
  }

  /** One of the texts. */
  static Column oneOf(List<String> texts, int salt) {
    Column[] all = texts.stream().map(text -> lit(text)).toArray(Column[]::new);
    return element_at(
        array(all), uniform(salt).multiply(lit(texts.size())).cast("int").plus(lit(1)));
  }

  /** The column, and null in that share of the rows. */
  static Column withNulls(Column column, double share, int salt) {
    return when(uniform(salt).geq(lit(share)), column);
  }
}
