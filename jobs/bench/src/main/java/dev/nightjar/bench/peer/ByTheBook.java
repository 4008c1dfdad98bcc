package dev.nightjar.bench.peer;

import static java.util.Objects.requireNonNull;

import dev.nightjar.bench.work.Workload;
import dev.nightjar.bench.work.WritableRows;
import dev.nightjar.bundle.BundleFiles;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DataVec and DL4J as their documentation shows them, by somebody who knows what they cost: batches
 * of the size that was fastest, one array for each, a network for each task that is not loaded
 * anew.
 */
final class ByTheBook implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1L;

  /** FACTS: from here on DL4J does not become faster. */
  private static final int BATCH = 4_096;

  /** Models that wait for a task, by bundle: a network serves one thread at a time. */
  private static final Map<String, Queue<Model>> IDLE = new ConcurrentHashMap<>();

  private final String workload;
  private final String bundle;

  private ByTheBook(String workload, String bundle) {
    this.workload = workload;
    this.bundle = bundle;
  }

  static Contestant.RowScorer of(Workload workload, Path bundle) {
    ByTheBook task = new ByTheBook(workload.name(), bundle.toString());
    return rows -> rows.mapPartitions(task, Encoders.row(BatchIterator.RESULT));
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Queue<Model> idle = IDLE.computeIfAbsent(bundle, any -> new ConcurrentLinkedQueue<>());
    Model waiting = idle.poll();
    Model model = waiting == null ? Model.load(Workload.named(workload), Path.of(bundle)) : waiting;
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> idle.add(model));
    return new Batches(rows, model);
  }

  /** Training's artifacts, restored as DL4J's users restore them. */
  private record Model(
      Workload workload,
      @Nullable TransformProcess transform,
      @Nullable DataNormalization normalizer,
      MultiLayerNetwork network) {

    static Model load(Workload workload, Path bundle) {
      try {
        TransformProcess transform = workload.transform();
        return new Model(
            workload,
            transform.getActionList().isEmpty()
                ? null
                : TransformProcess.fromJson(
                    Files.readString(bundle.resolve(BundleFiles.TRANSFORM))),
            workload.isNormalized() ? normalizer(bundle) : null,
            ModelSerializer.restoreMultiLayerNetwork(
                bundle.resolve(BundleFiles.MODEL).toFile(), false));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static DataNormalization normalizer(Path bundle) throws IOException {
      try {
        return NormalizerSerializer.getDefault()
            .restore(bundle.resolve(BundleFiles.NORMALIZER).toFile());
      } catch (IOException e) {
        throw e;
      } catch (Exception e) { // it declares no narrower one
        throw new IOException(e);
      }
    }
  }

  private static final class Batches extends BatchIterator {
    private final Model model;
    private final WritableRows writables;
    private final int[] places;
    private final int width;
    private float[] batch;

    Batches(Iterator<Row> rows, Model model) {
      super(rows, BATCH);
      this.model = model;
      this.writables = new WritableRows(model.workload().contract());
      this.width = width(model.workload());
      this.places = new int[width];
      for (int i = 0; i < width; i++) {
        places[i] = model.workload().place(i);
      }
      this.batch = new float[BATCH * width];
    }

    private static int width(Workload workload) {
      int width = 1;
      for (long dimension : workload.shape()) {
        width *= (int) dimension;
      }
      return width;
    }

    @Override
    void add(Row row, int position) {
      int at = position * width;
      if (model.transform() == null) {
        for (int i = 0; i < width; i++) {
          batch[at + places[i]] = row.isNullAt(i + 1) ? 0 : row.getFloat(i + 1);
        }
        return;
      }
      List<Writable> values = requireNonNull(model.transform()).execute(writables.of(row));
      for (int i = 0; i < width; i++) {
        batch[at + places[i]] = values.get(i).toFloat();
      }
    }

    @Override
    float[] score(int count) {
      long[] shape = new long[model.workload().shape().length + 1];
      shape[0] = count;
      System.arraycopy(model.workload().shape(), 0, shape, 1, shape.length - 1);
      float[] rows = count == BATCH ? batch : Arrays.copyOf(batch, count * width);
      try (INDArray input = Nd4j.create(rows, shape, 'c')) {
        if (model.normalizer() != null) {
          model.normalizer().transform(input);
        }
        try (INDArray output = model.network().output(input)) {
          return output.getColumn(0).toFloatVector();
        }
      }
    }
  }
}
