package dev.nightjar.result;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.data.KeyHasher;
import dev.nightjar.data.ReservedColumns;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * Which keys a Dataset holds, as multisets. The figures come from the rows of a job's result, never
 * from accumulators, which count a retried task twice.
 */
public final class KeyDigests {
  private static final String COUNT = ReservedColumns.PREFIX + "count";

  private KeyDigests() {}

  /** Why a column of that type cannot be a key; empty when it can. */
  public static Optional<String> refusal(String name, DataType type) {
    try {
      KeyColumn.of(name, type);
      return Optional.empty();
    } catch (ResultException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /** The digest of the rows' keys, by one pass with a few numbers per partition. */
  public static KeyDigest of(Dataset<Row> rows, List<String> keyColumns) {
    RowKeys keys = RowKeys.of(rows, keyColumns);
    return rows
        .select(keys.columns(rows).toArray(Column[]::new))
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(partition -> List.of(sum(partition, keys)).iterator())
        .collect()
        .stream()
        .map(sum -> new KeyDigest(sum[0], sum[1], sum[2]))
        .reduce(KeyDigest.EMPTY, KeyDigest::plus);
  }

  /**
   * Which keys differ, for the message about digests that differ: by far the slower question.
   *
   * @param limit how many of each kind to name at most
   */
  public static Difference exactDiff(
      Dataset<Row> input, Dataset<Row> output, List<String> keyColumns, int limit) {
    Dataset<Row> in = keys(input, keyColumns);
    Dataset<Row> out = keys(output, keyColumns);
    return new Difference(
        texts(in.exceptAll(out), keyColumns, limit), texts(out.exceptAll(in), keyColumns, limit));
  }

  /**
   * How two multisets of keys differ.
   *
   * @param lost keys that are in the input more often than in the output
   * @param unexpected keys that are in the output more often: doubled, or from nowhere
   */
  public record Difference(List<String> lost, List<String> unexpected) {
    public Difference {
      lost = List.copyOf(lost);
      unexpected = List.copyOf(unexpected);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
      return lost.isEmpty() && unexpected.isEmpty();
    }
  }

  /** As plain numbers: not every serializer of Spark takes records. */
  private static long[] sum(Iterator<InternalRow> partition, RowKeys keys) {
    KeyHasher hasher = new KeyHasher();
    KeyDigest sum = KeyDigest.EMPTY;
    while (partition.hasNext()) {
      sum = sum.plus(keys.digest(hasher, partition.next()));
    }
    return new long[] {sum.count(), sum.high(), sum.low()};
  }

  private static Dataset<Row> keys(Dataset<Row> rows, List<String> names) {
    return rows.select(
        names.stream()
            .map(
                name -> {
                  KeyColumn.of(rows, name);
                  return column(rows, name);
                })
            .toArray(Column[]::new));
  }

  private static List<String> texts(Dataset<Row> keys, List<String> names, int limit) {
    Column[] columns = names.stream().map(name -> column(keys, name)).toArray(Column[]::new);
    List<Column> texts = new ArrayList<>();
    for (Column column : columns) {
      texts.add(column.cast("string"));
    }
    texts.add(functions.col(COUNT));
    return keys
        .groupBy(columns)
        .agg(functions.count(functions.lit(1)).as(COUNT))
        .orderBy(columns)
        .limit(limit)
        .select(texts.toArray(Column[]::new))
        .collectAsList()
        .stream()
        .map(row -> text(row, names))
        .toList();
  }

  private static String text(Row row, List<String> names) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      parts.add(names.get(i) + "=" + row.getString(i));
    }
    long times = row.getLong(names.size());
    return String.join(", ", parts) + (times == 1 ? "" : " (" + times + " times)");
  }

  private static Column column(Dataset<Row> rows, String name) {
    return rows.col("`" + name.replace("`", "``") + "`");
  }
}
