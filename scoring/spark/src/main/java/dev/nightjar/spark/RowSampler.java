package dev.nightjar.spark;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.RowTraces;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import scala.Function1;

/** Chooses rows of a task as its {@link Sampling} says, and seals them. Not thread-safe. */
final class RowSampler {
  /** A row with texts of many megabytes is rather left out than held by the driver. */
  private static final int LONGEST = 8 << 20;

  private static final long NULL = 0x9E3779B97F4A7C15L;

  private final Sampling sampling;
  private final Scorer scorer;
  private final DataType[] types;
  private final List<Function1<Object, Object>> converters = new ArrayList<>();

  /**
   * @param result the columns of scored rows, which the key begins
   * @param scorer of the rows, for what became of them at each stage
   */
  RowSampler(Sampling sampling, StructType result, Scorer scorer) {
    this.sampling = sampling;
    this.scorer = scorer;
    this.types = new DataType[sampling.keys()];
    for (int i = 0; i < types.length; i++) {
      types[i] = result.fields()[i].dataType();
      converters.add(CatalystTypeConverters.createToCatalystConverter(types[i]));
    }
  }

  /**
   * A row of the scorer's last batch, sealed; null when it is not chosen.
   *
   * @param kept the columns that go along, the key first
   * @param at which row of the batch it is
   */
  byte @Nullable [] sample(InternalRow kept, ColumnBatch columns, int at, ScoredBatch scored) {
    long hash = sampling.seed();
    for (int i = 0; i < types.length; i++) {
      hash = hash(kept.isNullAt(i) ? null : kept.get(i, types[i]), hash);
    }
    return sample(hash >>> 1, columns, at, scored);
  }

  /** {@link #sample(InternalRow, ColumnBatch, int, ScoredBatch)} by Spark's public interface. */
  byte @Nullable [] sample(Row row, int[] kept, ColumnBatch columns, int at, ScoredBatch scored) {
    long hash = sampling.seed();
    for (int i = 0; i < types.length; i++) {
      hash = hash(row.isNullAt(kept[i]) ? null : converters.get(i).apply(row.get(kept[i])), hash);
    }
    return sample(hash >>> 1, columns, at, scored);
  }

  private byte @Nullable [] sample(long number, ColumnBatch columns, int at, ScoredBatch scored) {
    if (number > sampling.others()) {
      return null; // as almost all are
    }
    boolean isScored = scored.outcome(at) == Outcome.SCORED;
    if (number > (isScored ? sampling.scored() : sampling.others())) {
      return null;
    }
    byte[] sealed =
        new SampledRow(
                number, columns.schema(), RowTraces.of(columns, at, scored, scorer.values(at)))
            .seal();
    return sealed.length > LONGEST ? null : sealed;
  }

  private static long hash(@Nullable Object value, long seed) {
    if (value == null) {
      return XXH64.hashLong(NULL, seed);
    } else if (value instanceof UTF8String text) {
      return XXH64.hashUTF8String(text, seed);
    } else if (value instanceof Boolean truth) {
      return XXH64.hashInt(truth ? 1 : 0, seed);
    } else if (value instanceof Decimal decimal) {
      return XXH64.hashInt(decimal.toJavaBigDecimal().stripTrailingZeros().hashCode(), seed);
    } else if (value instanceof Number number) {
      return XXH64.hashLong(number.longValue(), seed);
    }
    throw new IllegalArgumentException("a key cannot hold a " + value.getClass().getSimpleName());
  }
}
