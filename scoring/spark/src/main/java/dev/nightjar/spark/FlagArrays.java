package dev.nightjar.spark;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.jspecify.annotations.Nullable;

/**
 * Lists of flags as Spark's arrays. Rows with equal flags mostly share one list ({@link
 * dev.nightjar.pipeline.ScoredBatch#flags}), so an array is kept for its list, and the second time
 * in the form that Spark copies at once instead of text by text. Not thread-safe.
 */
final class FlagArrays {
  /** Where lists fall on the same place the later one stays, which bounds the memory. */
  private static final int PLACES = 1 << 12;

  private static final int BYTES_OF_AN_ELEMENT = 8;

  private final TextPool texts;
  private final @Nullable Object[] lists = new Object[PLACES];
  private final @Nullable ArrayData[] arrays = new ArrayData[PLACES];

  FlagArrays(TextPool texts) {
    this.texts = texts;
  }

  /** The array of a list that is not written to. */
  @SuppressWarnings("ReferenceEquality") // an equal list would have to be compared text by text
  ArrayData of(List<String> flags) {
    int place = System.identityHashCode(flags) & (PLACES - 1);
    ArrayData known = arrays[place];
    if (known == null || lists[place] != flags) {
      known = new GenericArrayData(flags.stream().map(texts::of).toArray());
    } else if (known instanceof UnsafeArrayData) {
      return known;
    } else {
      known = packed(known);
    }
    lists[place] = flags;
    arrays[place] = known;
    return known;
  }

  private static UnsafeArrayData packed(ArrayData texts) {
    UnsafeArrayWriter writer = new UnsafeArrayWriter(new UnsafeRowWriter(1), BYTES_OF_AN_ELEMENT);
    int start = writer.cursor();
    writer.initialize(texts.numElements());
    for (int i = 0; i < texts.numElements(); i++) {
      writer.write(i, texts.getUTF8String(i));
    }
    UnsafeArrayData packed = new UnsafeArrayData();
    packed.pointTo(writer.getBuffer(), start, writer.cursor() - start);
    return packed.copy();
  }
}
