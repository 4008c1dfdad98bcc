package dev.nightjar.spark;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.Column;
import dev.nightjar.pipeline.ScoredBatch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * What the scorer made of a row, as Spark's row: the outputs, then flags, outcome, rejection,
 * bundle and, where rows are sampled, what a sampled one carries along. A window over a scored
 * batch that is moved from row to row; numbers are not boxed. Not thread-safe.
 */
final class ResultRow extends GenericInternalRow {
  private static final ArrayData NO_FLAGS = new GenericArrayData(new Object[0]);
  private static final Map<Outcome, UTF8String> OUTCOMES = new EnumMap<>(Outcome.class);

  static {
    for (Outcome outcome : Outcome.values()) {
      OUTCOMES.put(outcome, UTF8String.fromString(outcome.word()));
    }
  }

  private final TextPool texts = new TextPool();
  private final FlagArrays arrays = new FlagArrays(texts);

  private final Column[] outputs;
  private final int flags;
  private int at;
  private boolean scored;

  /**
   * @param isSampled whether a column for what sampled rows carry along comes last
   */
  ResultRow(int outputs, String bundle, boolean isSampled) {
    super(outputs + (isSampled ? 5 : 4));
    this.outputs = new Column[outputs];
    this.flags = outputs;
    update(flags + 3, UTF8String.fromString(bundle));
  }

  /** Looks at another batch. */
  void look(ScoredBatch batch) {
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = batch.outputs().column(i);
    }
  }

  /**
   * Moves to a row of the batch.
   *
   * @param earlier the flags that it brought along; null for none
   */
  void move(ScoredBatch batch, int row, @Nullable ArrayData earlier) {
    at = row;
    scored = true;
    Outcome outcome = batch.outcome(row);
    update(flags, flags(earlier, batch.flags(row)));
    update(flags + 1, OUTCOMES.get(outcome));
    update(
        flags + 2,
        outcome == Outcome.REJECTED ? rejection(batch.rejection(row).orElseThrow()) : null);
  }

  /** Sets what the row carries along; null for nothing. */
  void carry(byte @Nullable [] sample) {
    update(flags + 4, sample);
  }

  /** Moves to a row that an earlier step has rejected. */
  void pass(InternalRow rejection, @Nullable ArrayData earlier) {
    scored = false;
    update(flags, earlier == null ? NO_FLAGS : earlier);
    update(flags + 1, OUTCOMES.get(Outcome.REJECTED));
    update(flags + 2, rejection);
  }

  private InternalRow rejection(Rejection why) {
    return new GenericInternalRow(
        new Object[] {
          texts.of(why.stage().word()), texts.of(why.field()), UTF8String.fromString(why.reason())
        });
  }

  private ArrayData flags(@Nullable ArrayData earlier, List<String> own) {
    if (own.isEmpty()) {
      return earlier == null ? NO_FLAGS : earlier;
    }
    if (earlier == null || earlier.numElements() == 0) {
      return arrays.of(own);
    }
    int before = earlier.numElements();
    Object[] all = new Object[before + own.size()];
    for (int i = 0; i < before; i++) {
      all[i] = earlier.getUTF8String(i);
    }
    for (int i = 0; i < own.size(); i++) {
      all[before + i] = texts.of(own.get(i));
    }
    return new GenericArrayData(all);
  }

  @Override
  public boolean isNullAt(int i) {
    return i < outputs.length ? !scored || outputs[i].isNull(at) : super.isNullAt(i);
  }

  @Override
  public float getFloat(int i) {
    return ((Column.Floats) outputs[i]).values()[at];
  }

  @Override
  public double getDouble(int i) {
    return ((Column.Doubles) outputs[i]).values()[at];
  }

  @Override
  public boolean getBoolean(int i) {
    return ((Column.Booleans) outputs[i]).values()[at];
  }

  @Override
  public UTF8String getUTF8String(int i) {
    return i < outputs.length
        ? texts.of(String.valueOf(outputs[i].get(at)))
        : super.getUTF8String(i);
  }

  @Override
  public @Nullable Object get(int i, DataType type) {
    return genericGet(i);
  }

  @Override
  public @Nullable Object genericGet(int i) {
    if (i >= outputs.length) {
      return super.genericGet(i);
    }
    Object value = scored ? outputs[i].get(at) : null;
    return value instanceof String text ? texts.of(text) : value;
  }

  /** The row as it is now, with values of its own. */
  @Override
  public GenericInternalRow copy() {
    Object[] all = new Object[numFields()];
    for (int i = 0; i < all.length; i++) {
      all[i] = InternalRow.copyValue(genericGet(i));
    }
    return new GenericInternalRow(all);
  }
}
