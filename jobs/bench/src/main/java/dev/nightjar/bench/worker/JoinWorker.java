package dev.nightjar.bench.worker;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.xxhash64;

import dev.nightjar.bench.peer.Joiner;
import dev.nightjar.bench.work.HistoryWork;
import dev.nightjar.bench.work.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The JVM of everybody who joins. */
public final class JoinWorker {
  private final Path folder;
  private final SparkSession spark = Session.open();

  /**
   * @param folder where the tables lie
   */
  public JoinWorker(Path folder) {
    this.folder = folder;
  }

  /** Answers requests over the folder that is the one argument. */
  public static void main(String[] arguments) throws IOException {
    JoinWorker worker = new JoinWorker(Path.of(arguments[0]));
    RequestLoop.serve(worker::run);
  }

  /**
   * Does what a request says: its name, then the table's rows, keys, rows of a key, and whether it
   * is skewed; then who joins.
   */
  public Map<String, Double> run(List<String> words) {
    HistoryWork work = work(words);
    return switch (words.get(0)) {
      case "prepare" -> {
        work.write(spark);
        yield Map.of();
      }
      case "join" -> {
        // Joins begin their shuffles and broadcasts when they are planned.
        long start = System.nanoTime();
        Sink.NOOP.write(join(words.get(5), work), "");
        yield Map.of("seconds", (System.nanoTime() - start) / 1e9);
      }
      case "differing" -> Map.of("differing", (double) differing(words, work));
      default -> throw new IllegalArgumentException("there is no request " + words);
    };
  }

  private HistoryWork work(List<String> words) {
    return new HistoryWork(
        folder.resolve(String.join("-", words.subList(1, 5))),
        Long.parseLong(words.get(1)),
        Long.parseLong(words.get(2)),
        Long.parseLong(words.get(3)),
        words.get(4).equals("skewed"));
  }

  private Dataset<Row> join(String joiner, HistoryWork work) {
    return Joiner.of(joiner).join(spark, work);
  }

  /** How many rows the second joiner has otherwise than the first, or more, or fewer. */
  private long differing(List<String> words, HistoryWork work) {
    Dataset<Row> first = digests(join(words.get(5), work), "a");
    Dataset<Row> second = digests(join(words.get(6), work), "b");
    return first
        .join(second, first.col(Workload.ID).equalTo(second.col(Workload.ID)), "full_outer")
        .filter(col("a").equalTo(col("b")).isNull().or(col("a").notEqual(col("b"))))
        .count();
  }

  private static Dataset<Row> digests(Dataset<Row> rows, String as) {
    Column[] all = Arrays.stream(rows.columns()).map(name -> col(name)).toArray(Column[]::new);
    return rows.select(col(Workload.ID), xxhash64(all).as("digest"))
        .groupBy(Workload.ID)
        .agg(struct(count(lit(1)), min("digest"), max("digest")).as(as));
  }
}
