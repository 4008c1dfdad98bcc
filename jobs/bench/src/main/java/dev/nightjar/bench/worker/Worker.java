package dev.nightjar.bench.worker;

import dev.nightjar.bench.peer.Contestant;
import dev.nightjar.bench.peer.Contestant.RowScorer;
import dev.nightjar.bench.peer.JoinedJob;
import dev.nightjar.bench.work.JoinWork;
import dev.nightjar.bench.work.Preparation;
import dev.nightjar.bench.work.Prepared;
import dev.nightjar.bench.work.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The JVM of every contestant but MLlib. */
public final class Worker {
  private static final double NANOS = 1e9;

  private final Path folder;
  private final SparkSession spark = Session.open();
  private final Map<String, RowScorer> ready = new HashMap<>();
  private @Nullable JoinedJob joined;

  /**
   * @param folder where data, bundles and outputs lie
   */
  public Worker(Path folder) {
    this.folder = folder;
  }

  /** Answers requests over the folder that is the one argument. */
  public static void main(String[] arguments) throws IOException {
    Worker worker = new Worker(Path.of(arguments[0]));
    RequestLoop.serve(worker::run);
  }

  /** Does what a request says; the first word is its name. */
  public Map<String, Double> run(List<String> words) {
    return switch (words.get(0)) {
      case "prepare" -> prepare(words.get(1), Long.parseLong(words.get(2)));
      case "prepare-join" -> prepareJoin(Long.parseLong(words.get(1)));
      case "join" -> join(Contestant.of(words.get(1)));
      case "measure" -> measure(words.get(1), Contestant.of(words.get(2)), Sink.of(words.get(3)));
      default -> throw new IllegalArgumentException("there is no request " + words);
    };
  }

  private Map<String, Double> prepare(String workload, long rows) {
    new Preparation(spark).write(prepared(workload), rows);
    return Map.of();
  }

  private Map<String, Double> prepareJoin(long rows) {
    joinWork().write(spark, rows);
    return Map.of();
  }

  private Map<String, Double> join(Contestant contestant) {
    JoinedJob job = joined;
    if (job == null) {
      job = new JoinedJob(spark, joinWork());
      joined = job;
    }
    if (contestant == Contestant.NIGHTJAR) {
      Folders.remove(joinWork().output());
      long start = System.nanoTime();
      Map<String, Double> figures = new HashMap<>(job.run());
      figures.put("seconds", (System.nanoTime() - start) / NANOS);
      return figures;
    }
    long start = System.nanoTime();
    Sink.PARQUET.write(job.byTheBook(), folder.resolve("out/j5-by-the-book").toString());
    return Map.of("seconds", (System.nanoTime() - start) / NANOS);
  }

  private JoinWork joinWork() {
    return new JoinWork(folder.resolve(JoinWork.JOB));
  }

  private Map<String, Double> measure(String workload, Contestant contestant, Sink sink) {
    Prepared prepared = prepared(workload);
    String name = workload + "-" + contestant.word();
    RowScorer scorer = ready.computeIfAbsent(name, any -> contestant.ready(spark, prepared));
    String output = folder.resolve("out/" + name).toString();
    return Map.of("seconds", sink.write(scorer.score(prepared.rows(spark)), output));
  }

  private Prepared prepared(String workload) {
    return new Prepared(Workload.named(workload), folder);
  }
}
