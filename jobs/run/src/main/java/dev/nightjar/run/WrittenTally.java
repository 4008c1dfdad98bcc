package dev.nightjar.run;

import static org.apache.spark.sql.functions.col;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.data.KeyHasher;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.RowKeys;
import dev.nightjar.result.RunRecord;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What rows with outcomes, flags and rejections come to, found in one pass: four questions would be
 * four reads of the same files.
 *
 * @param counts rows by outcome, all of them named
 * @param rejections why rows were rejected, most frequent first
 * @param flags how many rows carry each flag, most frequent first
 * @param keys of the rows
 */
record WrittenTally(
    Map<Outcome, Long> counts,
    List<RunRecord.Rejections> rejections,
    Map<String, Long> flags,
    KeyDigest keys) {

  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

  /**
   * Counts rows.
   *
   * @param rows as {@link ScoredRows} makes them
   * @param key the columns that name a row
   */
  static WrittenTally of(Dataset<Row> rows, List<String> key) {
    RowKeys keys = RowKeys.of(rows, key);
    List<Column> columns = new ArrayList<>(keys.columns(rows));
    columns.add(col(ReservedColumns.OUTCOME));
    columns.add(col(ReservedColumns.FLAGS));
    columns.add(col(ReservedColumns.REJECTION));
    int width = key.size();
    Part all =
        rows
            .select(columns.toArray(Column[]::new))
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(partition -> List.of(Part.of(partition, keys, width)).iterator())
            .collect()
            .stream()
            .reduce(new Part(), Part::with);
    return all.told();
  }

  /** Of some rows. A class of plain fields: not every serializer of Spark takes records. */
  private static final class Part implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final long[] outcomes = new long[OUTCOMES.size()];
    private final Map<String, Long> flags = new HashMap<>();

    /** By stage and field. */
    private final Map<String, Map<String, Rejected>> rejected = new HashMap<>();

    private long count;
    private long high;
    private long low;

    /** Rows that were rejected alike. */
    private static final class Rejected implements Serializable {
      @Serial private static final long serialVersionUID = 1L;

      private long count;
      private String example = "";

      void add(long rows, String reason) {
        example = count == 0 || reason.compareTo(example) < 0 ? reason : example;
        count += rows;
      }
    }

    static Part of(Iterator<InternalRow> rows, RowKeys keys, int width) {
      Part part = new Part();
      KeyHasher hasher = new KeyHasher();
      Map<UTF8String, long[]> flags = new HashMap<>();
      List<UTF8String> outcomes =
          OUTCOMES.stream().map(of -> UTF8String.fromString(of.word())).toList();
      KeyDigest sum = KeyDigest.EMPTY;
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        sum = sum.plus(keys.digest(hasher, row));
        part.outcomes[outcomes.indexOf(row.getUTF8String(width))]++;
        count(row.getArray(width + 1), flags);
        if (!row.isNullAt(width + 2)) {
          InternalRow why = row.getStruct(width + 2, 3);
          part.reject(text(why, 0), text(why, 1), 1, text(why, 2));
        }
      }
      flags.forEach((flag, times) -> part.flags.put(flag.toString(), times[0]));
      part.count = sum.count();
      part.high = sum.high();
      part.low = sum.low();
      return part;
    }

    private static void count(ArrayData flags, Map<UTF8String, long[]> into) {
      for (int i = 0; i < flags.numElements(); i++) {
        UTF8String flag = flags.getUTF8String(i);
        long[] times = into.get(flag);
        if (times == null) {
          times = new long[1];
          into.put(flag.clone(), times); // the row's memory is written again
        }
        times[0]++;
      }
    }

    private static String text(InternalRow row, int i) {
      return row.isNullAt(i) ? "" : row.getUTF8String(i).toString();
    }

    private void reject(String stage, String field, long rows, String reason) {
      rejected
          .computeIfAbsent(stage, at -> new HashMap<>())
          .computeIfAbsent(field, alike -> new Rejected())
          .add(rows, reason);
    }

    private KeyDigest keys() {
      return new KeyDigest(count, high, low);
    }

    /** This and another together. */
    Part with(Part other) {
      for (int i = 0; i < outcomes.length; i++) {
        outcomes[i] += other.outcomes[i];
      }
      other.flags.forEach((flag, times) -> flags.merge(flag, times, Long::sum));
      other.rejected.forEach(
          (stage, fields) ->
              fields.forEach((field, of) -> reject(stage, field, of.count, of.example)));
      KeyDigest sum = keys().plus(other.keys());
      count = sum.count();
      high = sum.high();
      low = sum.low();
      return this;
    }

    WrittenTally told() {
      Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
      for (int i = 0; i < outcomes.length; i++) {
        counts.put(OUTCOMES.get(i), outcomes[i]);
      }
      List<RunRecord.Rejections> rejections = new ArrayList<>();
      rejected.forEach(
          (stage, fields) ->
              fields.forEach(
                  (field, of) ->
                      rejections.add(
                          new RunRecord.Rejections(stage, field, of.example, of.count))));
      rejections.sort(
          Comparator.comparingLong(RunRecord.Rejections::count)
              .reversed()
              .thenComparing(RunRecord.Rejections::stage)
              .thenComparing(RunRecord.Rejections::field));
      Map<String, Long> sorted = new LinkedHashMap<>();
      flags.entrySet().stream()
          .sorted(
              Map.Entry.<String, Long>comparingByValue()
                  .reversed()
                  .thenComparing(Map.Entry.comparingByKey()))
          .forEach(flag -> sorted.put(flag.getKey(), flag.getValue()));
      return new WrittenTally(counts, rejections, sorted, keys());
    }
  }
}
