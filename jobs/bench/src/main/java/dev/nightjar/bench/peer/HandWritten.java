package dev.nightjar.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nightjar.bench.work.RowEncoder;
import dev.nightjar.bench.work.Workload;
import dev.nightjar.bundle.BundleFiles;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/**
 * What somebody writes by hand who wants speed and nothing else: ONNX Runtime over {@code Row}s,
 * one session for the JVM and one thread for each call, the transform in plain Java. It checks
 * nothing.
 */
final class HandWritten implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1L;

  private static final int BATCH = 1_024;
  private static final Map<String, OrtSession> SESSIONS = new ConcurrentHashMap<>();

  private final RowEncoder encoder;
  private final String model;
  private final int width;
  private final float[] means;
  private final float[] deviations;

  private HandWritten(
      RowEncoder encoder, String model, int width, float[] means, float[] deviations) {
    this.encoder = encoder;
    this.model = model;
    this.width = width;
    this.means = means;
    this.deviations = deviations;
  }

  static Contestant.RowScorer of(Workload workload, Path bundle) {
    int width = (int) Arrays.stream(workload.shape()).reduce(1, (a, b) -> a * b);
    float[] means = {};
    float[] deviations = {};
    if (workload.isNormalized()) {
      NormalizerStandardize normalizer = normalizer(bundle);
      means = normalizer.getMean().toFloatVector();
      deviations = normalizer.getStd().toFloatVector();
    }
    HandWritten task =
        new HandWritten(
            workload.encoder(),
            bundle.resolve(BundleFiles.ONNX).toString(),
            width,
            means,
            deviations);
    return rows -> rows.mapPartitions(task, Encoders.row(BatchIterator.RESULT));
  }

  private static NormalizerStandardize normalizer(Path bundle) {
    try {
      return NormalizerSerializer.getDefault()
          .restore(bundle.resolve(BundleFiles.NORMALIZER).toFile());
    } catch (Exception e) { // it declares no narrower one
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Batches(rows, SESSIONS.computeIfAbsent(model, HandWritten::open));
  }

  private static OrtSession open(String model) {
    try {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return OrtEnvironment.getEnvironment()
          .createSession(Files.readAllBytes(Path.of(model)), options);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Batches extends BatchIterator {
    private final OrtSession session;
    private final String input;
    private final float[] numbers = new float[BATCH * width];
    private final FloatBuffer buffer =
        ByteBuffer.allocateDirect(BATCH * width * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private final float[] scores = new float[BATCH];

    Batches(Iterator<Row> rows, OrtSession session) {
      super(rows, BATCH);
      this.session = session;
      this.input = session.getInputNames().iterator().next();
    }

    @Override
    void add(Row row, int position) {
      int at = position * width;
      encoder.encode(row, numbers, at);
      for (int i = 0; i < means.length; i++) {
        numbers[at + i] = (numbers[at + i] - means[i]) / deviations[i];
      }
    }

    @Override
    float[] score(int count) {
      buffer.clear();
      buffer.put(numbers, 0, count * width).flip();
      try (OnnxTensor rows =
              OnnxTensor.createTensor(
                  OrtEnvironment.getEnvironment(), buffer, new long[] {count, width});
          OrtSession.Result result = session.run(Map.of(input, rows))) {
        FloatBuffer units = ((OnnxTensor) result.get(0)).getFloatBuffer();
        int unitsOfARow = units.remaining() / count;
        for (int i = 0; i < count; i++) {
          scores[i] = units.get(i * unitsOfARow);
        }
        return scores;
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
