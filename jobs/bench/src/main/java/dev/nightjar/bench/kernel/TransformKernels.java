package dev.nightjar.bench.kernel;

import dev.nightjar.bench.work.TableWork;
import dev.nightjar.bench.work.WritableRows;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.transform.CompiledTransform;
import dev.nightjar.transform.PipelineFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** J2's transform for a row: compiled, from columns to the matrix, and by DataVec on Writables. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class TransformKernels {
  /** How many rows a batch has. */
  public static final int BATCH = 1_024;

  /** The folder of J2's bundle. */
  @Param("")
  public String bundle;

  private ColumnBatch columns;
  private List<List<Writable>> writables;
  private CompiledTransform compiled;
  private TransformProcess datavec;
  private int[] alive;
  private float[] matrix;

  /** Rows as both like them best, with what is missing filled in. */
  @Setup
  public void prepare() {
    TableWork work = new TableWork();
    List<Object[]> rows = new ArrayList<>(TableRows.of(BATCH, false));
    columns = TableRows.columns(rows);
    WritableRows maker = new WritableRows(work.contract());
    writables = new ArrayList<>();
    for (Object[] row : rows) {
      writables.add(IntStream.range(0, row.length).mapToObj(i -> maker.of(row[i], i)).toList());
    }
    BundleFiles files = Bundle.open(Path.of(bundle)).files();
    compiled =
        new CompiledTransform(
            PipelineFormat.read(bundle, files.get(BundleFiles.PIPELINE)).transform());
    datavec = work.transform();
    alive = IntStream.range(0, BATCH).toArray();
    matrix = new float[BATCH * compiled.outputs().size()];
  }

  /**
   * The compiled transform of a batch, its columns written row by row as the network takes them.
   */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public float[] compiled() {
    compiled.run(columns, new RowFates(BATCH));
    // Not normalized: DataVec's transform is not either.
    compiled.write(alive, BATCH, matrix, null);
    return matrix;
  }

  /** DataVec's transform of the same rows, which does not make a matrix yet. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void datavec(Blackhole sink) {
    for (List<Writable> row : writables) {
      sink.consume(datavec.execute(row));
    }
  }
}
