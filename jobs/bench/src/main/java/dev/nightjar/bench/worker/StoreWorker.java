package dev.nightjar.bench.worker;

import dev.nightjar.bench.work.StoreWork;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.materialize.Verification;
import dev.nightjar.store.EmbeddedStore;
import dev.nightjar.store.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.spark.sql.SparkSession;

/** The JVM in which views are stored, looked up, and held against the join. */
public final class StoreWorker {
  private static final double NANOS = 1e9;
  private static final double NANOS_OF_A_MICROSECOND = 1e3;
  private static final double MEBIBYTE = 1 << 20;
  private static final String AT = "at";
  private static final Schema REQUEST =
      Schema.of(new Field(StoreWork.KEY, DataType.LONG), new Field(AT, DataType.TIMESTAMP));

  private final Path folder;
  private final SparkSession spark = Session.open();

  /**
   * @param folder for tables and stores
   */
  public StoreWorker(Path folder) {
    this.folder = folder;
  }

  /** Answers requests over the folder that is the one argument. */
  public static void main(String[] arguments) throws IOException {
    StoreWorker worker = new StoreWorker(Path.of(arguments[0]));
    RequestLoop.serve(worker::run);
  }

  /** Does what a request says: its name, the view's keys, rows of a key; then how often. */
  public Map<String, Double> run(List<String> words) throws IOException {
    StoreWork work =
        new StoreWork(
            folder.resolve(words.get(1) + "-" + words.get(2)),
            Long.parseLong(words.get(1)),
            Long.parseLong(words.get(2)));
    return switch (words.get(0)) {
      case "prepare" -> {
        work.write(spark);
        yield Map.of();
      }
      case "store" -> store(work);
      case "look-up" -> lookUp(work, Integer.parseInt(words.get(3)));
      case "verify" -> verify(work, Integer.parseInt(words.get(3)));
      default -> throw new IllegalArgumentException("there is no request " + words);
    };
  }

  /** With its history where keys have several rows. */
  private Map<String, Double> store(StoreWork work) throws IOException {
    boolean isHistory = work.perKey() > 1;
    long start = System.nanoTime();
    try (TableReader tables = new TableReader(spark, work.folder().toString());
        EmbeddedStore store = EmbeddedStore.write(work.store(), List.of(work.view()))) {
      new Materialization(tables, store)
          .store(
              new Materialization.Request(
                  work.view(),
                  isHistory ? Optional.of(work.begin()) : Optional.empty(),
                  work.end(),
                  Optional.of(isHistory ? Keeping.HISTORY : Keeping.NEWEST),
                  true));
    }
    double seconds = (System.nanoTime() - start) / NANOS;
    return Map.of(
        "seconds", seconds, "mebibytes", Files.size(work.store().resolve("data.mdb")) / MEBIBYTE);
  }

  /** One key at a time, anywhere; the request is made before the clock starts. */
  private static Map<String, Double> lookUp(StoreWork work, int times) {
    SplittableRandom random = new SplittableRandom(1);
    long[] took = new long[times];
    try (EmbeddedStore store = EmbeddedStore.read(work.store(), List.of(work.view()))) {
      FeatureLookUp lookUp = new FeatureLookUp(List.of(work.view()), store);
      long asOf = Timestamps.micros(work.end());
      for (int i = -times / 2; i < times; i++) {
        ColumnBatch request =
            ColumnBatch.builder(REQUEST).row(random.nextLong(work.keys()), asOf).build();
        long start = System.nanoTime();
        JoinedBatch joined = lookUp.join(request, Optional.of(AT));
        long end = System.nanoTime();
        if (!joined.flags().get(0).isEmpty()) {
          throw new IllegalStateException("a key of the view is marked " + joined.flags().get(0));
        }
        if (i >= 0) {
          took[i] = end - start;
        }
      }
    }
    Arrays.sort(took);
    return Map.of(
        "median-us", took[times / 2] / NANOS_OF_A_MICROSECOND,
        "p99-us", took[(int) (times * 99L / 100)] / NANOS_OF_A_MICROSECOND);
  }

  private Map<String, Double> verify(StoreWork work, int sample) {
    long start = System.nanoTime();
    try (EmbeddedStore store = EmbeddedStore.read(work.store(), List.of(work.view()));
        TableReader tables = new TableReader(spark, work.folder().toString())) {
      Verification.Report report =
          new Verification(tables, store)
              .verify(new Verification.Request(Verification.asked(work.view()), sample, 1));
      return Map.of(
          "points", (double) report.points(),
          "differing", (double) report.differing(),
          "seconds", (System.nanoTime() - start) / NANOS);
    }
  }
}
