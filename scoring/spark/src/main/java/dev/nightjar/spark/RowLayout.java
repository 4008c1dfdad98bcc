package dev.nightjar.spark;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import dev.nightjar.pipeline.ScoredBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Which value of a row goes where, looked up once per task. */
final class RowLayout {
  private static final int BYTES_OF_A_VALUE = 16;
  private static final int ABSENT = -1;

  private final String bundle;
  private final Schema columns;
  private final Schema outputs;
  private final int[] contractPositions;
  private final int[] kept;
  private final int flags;
  private final int rejection;
  private final int width;

  RowLayout(StructType input, StructType result, Contract contract, String bundle) {
    this.bundle = bundle;
    this.outputs = contract.outputSchema();
    List<String> names = List.of(input.fieldNames());
    this.flags = names.indexOf(ReservedColumns.FLAGS);
    this.rejection = names.indexOf(ReservedColumns.REJECTION);
    this.kept =
        names.stream()
            .filter(name -> !name.startsWith(ReservedColumns.PREFIX))
            .mapToInt(names::indexOf)
            .toArray();
    this.contractPositions =
        contract.inputSchema().names().stream().mapToInt(names::indexOf).toArray();
    List<Field> fields = new ArrayList<>();
    for (int position : contractPositions) {
      StructField field = input.fields()[position];
      fields.add(new Field(field.name(), SparkTypes.ours(field.dataType()).orElseThrow()));
    }
    this.columns = Schema.of(fields);
    this.width = result.size();
  }

  /** An empty batch of the contract's columns, in the types in which they come. */
  ColumnBatch.Builder batch() {
    return ColumnBatch.builder(columns);
  }

  void addTo(ColumnBatch.Builder batch, Row row) {
    for (int i = 0; i < contractPositions.length; i++) {
      batch.column(i).add(SparkTypes.value(row.get(contractPositions[i])));
    }
    batch.endRow();
  }

  /** True for a row that an earlier step has rejected. */
  boolean isRejected(Row row) {
    return rejection != ABSENT && !row.isNullAt(rejection);
  }

  /** About how much memory a row's values take. */
  long estimateBytes(Row row) {
    long bytes = 0;
    for (int i = 0; i < row.size(); i++) {
      bytes += estimateBytes(row.get(i));
    }
    return bytes;
  }

  private static long estimateBytes(@Nullable Object value) {
    long bytes = BYTES_OF_A_VALUE;
    if (value instanceof String text) {
      bytes += 2L * text.length();
    } else if (value instanceof byte[] binary) {
      bytes += binary.length;
    } else if (value instanceof Row nested) {
      for (int i = 0; i < nested.size(); i++) {
        bytes += estimateBytes(nested.get(i));
      }
    } else if (value instanceof scala.collection.Iterable<?> many) {
      scala.collection.Iterator<?> values = many.iterator();
      while (values.hasNext()) {
        bytes += estimateBytes(values.next());
      }
    } else if (value instanceof scala.Product pair) { // an entry of a map
      for (int i = 0; i < pair.productArity(); i++) {
        bytes += estimateBytes(pair.productElement(i));
      }
    }
    return bytes;
  }

  /** A row that an earlier step has rejected, in the result's columns. */
  Row passOn(Row row) {
    @Nullable Object[] values = keep(row);
    int next = kept.length + outputs.size();
    values[next++] = earlierFlags(row).toArray(new String[0]);
    values[next++] = Outcome.REJECTED.word();
    values[next++] = row.get(rejection);
    values[next] = bundle;
    return RowFactory.create(values);
  }

  /** A row with what the scorer made of it. */
  Row result(Row row, ScoredBatch scored, int at) {
    @Nullable Object[] values = keep(row);
    int next = kept.length;
    for (int i = 0; i < outputs.size(); i++) {
      values[next++] =
          SparkTypes.sparkValue(scored.outputs().column(i).get(at), outputs.field(i).type());
    }
    List<String> all = new ArrayList<>(earlierFlags(row));
    all.addAll(scored.flags(at));
    Optional<Rejection> rejected = scored.rejection(at);
    values[next++] = all.toArray(new String[0]);
    values[next++] = scored.outcome(at).word();
    values[next++] =
        rejected.map(r -> RowFactory.create(r.stage().word(), r.field(), r.reason())).orElse(null);
    values[next] = bundle;
    return RowFactory.create(values);
  }

  private @Nullable Object[] keep(Row row) {
    @Nullable Object[] values = new Object[width];
    for (int i = 0; i < kept.length; i++) {
      values[i] = row.get(kept[i]);
    }
    return values;
  }

  private List<String> earlierFlags(Row row) {
    return flags == ABSENT || row.isNullAt(flags) ? List.of() : row.getList(flags);
  }
}
