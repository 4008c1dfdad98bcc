package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;

/** Bundles of networks whose rows are nothing but numbers: no transform, no normalizer. */
final class Numbers {
  private Numbers() {}

  /** A contract of the columns x0, x1, … and the outputs y0, y1, … */
  static Contract contract(int columns, int units, Layout layout) {
    return new Contract(
        IntStream.range(0, columns)
            .mapToObj(i -> InputField.required("x" + i, DataType.DOUBLE))
            .toList(),
        IntStream.range(0, units).mapToObj(i -> OutputField.value("y" + i, i)).toList(),
        layout);
  }

  /** A request for a bundle whose golden rows are made of random rows in [0, 1). */
  static PackageRequest request(byte[] model, Contract contract, Optional<byte[]> normalizer) {
    Random random = new Random(20130701);
    float[] sample = new float[80 * contract.inputs().size()];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = random.nextFloat();
    }
    return request(model, contract, normalizer, sample);
  }

  /** A request for a bundle whose golden rows are made of these rows. */
  static PackageRequest request(
      byte[] model, Contract contract, Optional<byte[]> normalizer, float[] sample) {
    org.datavec.api.transform.schema.Schema.Builder schema =
        new org.datavec.api.transform.schema.Schema.Builder();
    contract.inputs().forEach(input -> schema.addColumnDouble(input.name()));
    return new PackageRequest(
        "numbers",
        "1",
        Instant.parse("2013-11-01T00:00:00Z"),
        model,
        new TransformProcess.Builder(schema.build())
            .build()
            .toJson()
            .getBytes(StandardCharsets.UTF_8),
        normalizer,
        contract,
        List.of(),
        FeatureStatistics.NONE,
        rows(sample, contract.inputs().size()),
        Map.of());
  }

  /** Packages the model, proves it, and scores rows of columns, row after row. */
  static float[] score(byte[] model, int units, Layout layout, float[] values, int rows) {
    return score(model, contract(values.length / rows, units, layout), Optional.empty(), values);
  }

  /** {@link #score(byte[], int, Layout, float[], int)} with a normalizer. */
  static float[] score(
      byte[] model, Contract contract, Optional<byte[]> normalizer, float[] values) {
    int columns = contract.inputs().size();
    Bundle bundle = Bundle.check(new Dl4jPackager().pack(request(model, contract, normalizer)));
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(rows(values, columns));
      int units = contract.outputs().size();
      float[] outputs = new float[scored.rows() * units];
      for (int row = 0; row < scored.rows(); row++) {
        assertThat(scored.outcome(row)).as("row " + row).isEqualTo(Outcome.SCORED);
        for (int unit = 0; unit < units; unit++) {
          outputs[row * units + unit] = (Float) scored.outputs().column(unit).get(row);
        }
      }
      return outputs;
    }
  }

  /** Rows of the columns x0, x1, …, row after row. */
  static ColumnBatch rows(float[] values, int columns) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      fields.add(new Field("x" + i, DataType.DOUBLE));
    }
    ColumnBatch.Builder rows = ColumnBatch.builder(Schema.of(fields));
    for (int from = 0; from < values.length; from += columns) {
      for (int i = 0; i < columns; i++) {
        rows.column(i).add((double) values[from + i]);
      }
      rows.endRow();
    }
    return rows.build();
  }
}
