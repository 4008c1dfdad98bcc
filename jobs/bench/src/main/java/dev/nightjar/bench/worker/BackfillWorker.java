package dev.nightjar.bench.worker;

import dev.nightjar.backfill.Backfill;
import dev.nightjar.backfill.BackfillPlan;
import dev.nightjar.backfill.BackfillRequest;
import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.backfill.Decision;
import dev.nightjar.backfill.Ended;
import dev.nightjar.bench.work.BackfillWork;
import dev.nightjar.bench.work.Workload;
import dev.nightjar.result.RunRecord;
import dev.nightjar.spark.Scoring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The JVM that scores many small intervals: by a backfill, and by plain jobs of Spark. */
public final class BackfillWorker {
  private static final double NANOS = 1e9;

  private final BackfillWork work;
  private final SparkSession spark = Session.open();
  private @Nullable Scoring scoring;

  /**
   * @param work the project
   */
  public BackfillWorker(BackfillWork work) {
    this.work = work;
  }

  /** Answers requests over a project: its folder, its days, and the rows of a day. */
  public static void main(String[] arguments) throws IOException {
    BackfillWorker worker =
        new BackfillWorker(
            new BackfillWork(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                Long.parseLong(arguments[2])));
    RequestLoop.serve(worker::run);
  }

  /** Does what a request says. */
  public Map<String, Double> run(List<String> words) {
    return switch (words.get(0)) {
      case "prepare" -> {
        work.write(spark);
        yield Map.of();
      }
      case "plain" -> Map.of("seconds", plain());
      case "backfill" -> backfill(Integer.parseInt(words.get(1)));
      default -> throw new IllegalArgumentException("there is no request " + words);
    };
  }

  /** Reads, scores and writes each day, and nothing else. */
  private double plain() {
    Scoring loaded = scoring;
    if (loaded == null) {
      loaded = Scoring.of(spark, work.bundle().toString());
      scoring = loaded;
    }
    long start = System.nanoTime();
    for (LocalDate day : work.all()) {
      Sink.PARQUET.write(
          loaded.score(spark.read().parquet(work.input(day).toString()), List.of(Workload.ID)),
          work.folder().resolve("plain/" + day).toString());
    }
    return (System.nanoTime() - start) / NANOS;
  }

  private Map<String, Double> backfill(int atOnce) {
    Folders.remove(work.output());
    long start = System.nanoTime();
    List<Decision> decisions =
        BackfillPlan.of(
            new BackfillRequest(work.job(), work.intervals(), Which.ALL, false),
            Clock.systemUTC().instant());
    Backfill backfill =
        new Backfill(
            work.job(),
            decisions,
            new Backfill.Settings(atOnce, false),
            new Backfill.Listener() {});
    backfill.run(spark, Clock.systemUTC());
    Map<String, Double> figures = new HashMap<>();
    figures.put("seconds", (System.nanoTime() - start) / NANOS);
    for (Ended day : backfill.ended()) {
      if (day.fate() != Ended.Fate.PUBLISHED) {
        throw new IllegalStateException(day.interval().id() + " was not published: " + day.why());
      }
      for (RunRecord.Step step : day.record().orElseThrow().steps()) {
        figures.merge(step.name(), step.seconds() / decisions.size(), Double::sum);
      }
    }
    return figures;
  }
}
