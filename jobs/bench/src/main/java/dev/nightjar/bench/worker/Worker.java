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
  private static final long SEED = 20_261_123;

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
  public Map<String, Double> run(List<String> words) throws IOException, InterruptedException {
    return switch (words.get(0)) {
      case "prepare" -> prepare(words.get(1), Long.parseLong(words.get(2)));
      case "prepare-join" -> prepareJoin(Long.parseLong(words.get(1)));
      case "join" -> join(Contestant.of(words.get(1)));
      case "engines" -> BareEngine.run(prepared(words.get(1)), Double.parseDouble(words.get(2)));
      case "compare" ->
          Equality.compare(prepared(words.get(1)), Long.parseLong(words.get(2)), SEED);
      case "agree" -> Map.of("differing", (double) Agreement.differing(spark, outputs(words)));
      case "memory" -> memory(words.get(1), Integer.parseInt(words.get(2)));
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

  /** Scores so many times the rows of a workload, in as many partitions as for one time. */
  private Map<String, Double> memory(String workload, int times)
      throws IOException, InterruptedException {
    Prepared prepared = prepared(workload);
    RowScorer scorer = Contestant.NIGHTJAR.ready(spark, prepared);
    spark.conf().set("spark.sql.files.maxPartitionBytes", Long.toString(Long.MAX_VALUE / 4));
    Sink.NOOP.write(scorer.score(prepared.rows(spark)), "");
    Path repeated = folder.resolve("repeated");
    Folders.repeat(prepared.data(), repeated, times);
    return Memory.watch(
        () -> Sink.NOOP.write(scorer.score(spark.read().parquet(repeated.toString())), ""));
  }

  /** Where the contestants of a job have left their scores, Nightjar first. */
  private List<String> outputs(List<String> words) {
    return words.subList(2, words.size()).stream()
        .map(contestant -> output(words.get(1), contestant))
        .toList();
  }

  private String output(String job, String contestant) {
    return folder.resolve("out/" + job + "-" + contestant).toString();
  }

  private JoinWork joinWork() {
    return new JoinWork(folder.resolve(JoinWork.JOB));
  }

  private Map<String, Double> measure(String workload, Contestant contestant, Sink sink) {
    Prepared prepared = prepared(workload);
    String name = workload + "-" + contestant.word();
    RowScorer scorer = ready.computeIfAbsent(name, any -> contestant.ready(spark, prepared));
    return Map.of(
        "seconds",
        sink.write(scorer.score(prepared.rows(spark)), output(workload, contestant.word())));
  }

  private Prepared prepared(String workload) {
    return new Prepared(Workload.named(workload), folder);
  }
}
