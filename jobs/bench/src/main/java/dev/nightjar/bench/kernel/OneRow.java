package dev.nightjar.bench.kernel;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One row of J2 through a scorer, from contract to output: what an online answer costs at least.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class OneRow {
  private static final int ROWS = 256;

  /** The folder of J2's bundle. */
  @Param("")
  public String bundle;

  private final List<ColumnBatch> rows = new ArrayList<>();
  private LoadedBundle loaded;
  private Scorer scorer;
  private int next;

  /** Rows with nulls, each a batch of its own. */
  @Setup
  public void prepare() {
    TableRows.of(ROWS, true).forEach(row -> rows.add(TableRows.columns(List.<Object[]>of(row))));
    loaded = LoadedBundle.load(Bundle.open(Path.of(bundle)));
    scorer = loaded.scorer();
  }

  /** Scores the next of the rows. */
  @Benchmark
  public ScoredBatch score() {
    next = (next + 1) % ROWS;
    return scorer.score(rows.get(next));
  }

  /** Frees the network. */
  @TearDown
  public void close() {
    scorer.close();
    loaded.close();
  }
}
