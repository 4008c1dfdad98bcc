package dev.nightjar.keras;

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
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/** Models of Keras on the whole way: import, package, prove, write, open, load, score. */
final class ImportedModels {
  private ImportedModels() {}

  /** The outputs of a model for rows of columns, both row after row. */
  static float[] score(Path folder, Path model, Layout layout, float[] columns, int rows, int units)
      throws IOException {
    ColumnBatch batch = batch(columns, rows);
    Contract contract =
        new Contract(
            batch.schema().names().stream()
                .map(column -> InputField.required(column, DataType.DOUBLE))
                .toList(),
            IntStream.range(0, units).mapToObj(i -> OutputField.value("y" + i, i)).toList(),
            layout);
    Schema.Builder schema = new Schema.Builder();
    batch.schema().names().forEach(schema::addColumnDouble);
    Bundle bundle =
        Bundles.fromKeras(model)
            .name("keras")
            .version("1")
            .created(Instant.EPOCH)
            .transform(new TransformProcess.Builder(schema.build()).build())
            .withoutNormalizer()
            .contract(contract)
            .sample(batch)
            .write(folder.resolve(UUID.randomUUID() + ".zip"));
    assertThat(bundle.files().get("source/model.h5")).isEqualTo(Files.readAllBytes(model));
    assertThat(bundle.manifest().provenance().get("keras")).matches("[12]\\..*");
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(batch);
      float[] outputs = new float[rows * units];
      for (int i = 0; i < outputs.length; i++) {
        assertThat(scored.outcome(i / units)).isEqualTo(Outcome.SCORED);
        outputs[i] = (Float) scored.outputs().column(i % units).get(i / units);
      }
      return outputs;
    }
  }

  private static ColumnBatch batch(float[] values, int rows) {
    int columns = values.length / rows;
    ColumnBatch.Builder batch =
        ColumnBatch.builder(
            dev.nightjar.data.Schema.of(
                IntStream.range(0, columns)
                    .mapToObj(i -> new Field("x" + i, DataType.DOUBLE))
                    .toList()));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        batch.column(column).add((double) values[row * columns + column]);
      }
      batch.endRow();
    }
    return batch.build();
  }
}
