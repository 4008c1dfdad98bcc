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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Which value of a row goes where, looked up once per task. */
final class RowLayout {
  private static final int BYTES_OF_A_VALUE = 16;
  private static final int ABSENT = -1;

  /** Flags, outcome, rejection and bundle end a result, before what sampled rows carry along. */
  private static final int RESERVED = 4;

  private final String bundle;
  private final StructType input;
  private final Schema columns;
  private final Schema outputs;
  private final int[] contractPositions;
  private final int[] kept;
  private final int flags;
  private final int rejection;
  private final boolean isSampled;
  private final int width;

  /**
   * @param input the columns that come
   * @param result the columns of scored rows: what is kept of the input, the contract's outputs,
   *     flags, outcome, rejection and bundle, and the sample where rows are sampled
   */
  RowLayout(StructType input, StructType result, Contract contract, String bundle) {
    this.bundle = bundle;
    this.input = input;
    this.outputs = contract.outputSchema();
    List<String> names = List.of(input.fieldNames());
    this.flags = names.indexOf(ReservedColumns.FLAGS);
    this.rejection = names.indexOf(ReservedColumns.REJECTION);
    this.isSampled = List.of(result.fieldNames()).contains(ReservedColumns.SAMPLE);
    this.kept =
        Arrays.stream(result.fieldNames())
            .limit(result.size() - outputs.size() - RESERVED - (isSampled ? 1 : 0))
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

  /** The contract's columns, in the types in which they come. */
  Schema columns() {
    return columns;
  }

  /** The batch of what the contract's columns have collected, in order. */
  ColumnBatch batch(List<ColumnFeed> feeds, int rows) {
    return new ColumnBatch(columns, feeds.stream().map(feed -> feed.column(rows)).toList(), rows);
  }

  /** How many columns the contract has. */
  int contractSize() {
    return contractPositions.length;
  }

  /** Where a column of the contract stands in a row. */
  int contractPosition(int column) {
    return contractPositions[column];
  }

  /** Spark's type of a column of the contract. */
  DataType contractType(int column) {
    return input.fields()[contractPositions[column]].dataType();
  }

  /** How many columns go along. */
  int keptSize() {
    return kept.length;
  }

  /** Where a column that goes along stands in a row. */
  int keptPosition(int column) {
    return kept[column];
  }

  /** Takes the columns that go along out of a row. */
  UnsafeProjection keeping() {
    List<Expression> columnsKept = new ArrayList<>();
    for (int position : kept) {
      StructField field = input.fields()[position];
      columnsKept.add(new BoundReference(position, field.dataType(), field.nullable()));
    }
    return UnsafeProjection.create(CollectionConverters.asScala(columnsKept).toSeq());
  }

  /** Where the earlier flags stand; negative when no row has any. */
  int flags() {
    return flags;
  }

  /** Where the earlier rejection stands; negative when no row has one. */
  int rejection() {
    return rejection;
  }

  boolean hasFlags(InternalRow row) {
    return flags != ABSENT && !row.isNullAt(flags);
  }

  boolean isRejected(InternalRow row) {
    return rejection != ABSENT && !row.isNullAt(rejection);
  }

  /** A window over what the scorer makes of rows. */
  ResultRow result() {
    return new ResultRow(outputs.size(), bundle, isSampled);
  }

  /** How many rows a batch may have for its memory to be asked for beforehand. */
  int mostRows(BatchBounds bounds) {
    long ofARow = (long) BYTES_OF_A_VALUE * (contractPositions.length + kept.length + 1);
    return (int) Math.max(1, Math.min(bounds.rows(), bounds.bytes() / ofARow));
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

  /** Where the columns that go along stand in a row. */
  int[] keptPositions() {
    return kept.clone();
  }

  /**
   * A row with what the scorer made of it.
   *
   * @param sample what it carries along; null for nothing
   */
  Row result(Row row, ScoredBatch scored, int at, byte @Nullable [] sample) {
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
    values[next++] = bundle;
    if (isSampled) {
      values[next] = sample;
    }
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
