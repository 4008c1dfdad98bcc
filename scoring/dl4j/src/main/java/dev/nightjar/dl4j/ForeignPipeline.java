package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.EngineNetwork;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The stages of a foreign model at packaging: transform and normalizer by the reference, the
 * network by its engine, which here is what is judged and not the judge.
 */
final class ForeignPipeline implements ReferencePipeline {
  static final String ENGINE = EngineChoice.ONNX.name().toLowerCase(Locale.ROOT);

  private final RowPreparation preparation;
  private final EngineNetwork network;

  private ForeignPipeline(RowPreparation preparation, EngineNetwork network) {
    this.preparation = preparation;
    this.network = network;
  }

  /**
   * Loads the parts of a draft.
   *
   * @throws BundleException when they cannot be read or do not fit each other and the contract
   */
  static ForeignPipeline load(Bundle draft, RowTransform transform) {
    BundleFiles files = draft.files();
    Contract contract = draft.manifest().contract();
    Normalizer normalizer =
        files
            .find(BundleFiles.NORMALIZER)
            .map(bytes -> Normalizer.read(files.place(BundleFiles.NORMALIZER), bytes))
            .orElseGet(Normalizer::none);
    int columns = transform.outputs().size();
    NetworkInput input = NetworkInput.unknown("model");
    InputShape shape = InputShape.of(contract.layout().input(), input, columns);
    OptionalInt fitted = normalizer.width();
    if (fitted.isPresent()
        && fitted.getAsInt() != columns
        && fitted.getAsInt() != shape.channels()) {
      throw new BundleException(
          String.format(
              "the parts of the bundle %s do not fit: its transform gives %d columns and its"
                  + " normalizer takes %d; use the ones of one training",
              files.origin(), columns, fitted.getAsInt()));
    }
    EngineNetwork network = Engines.engine(draft.manifest().engine()).load(draft);
    List<String> problems =
        ContractFit.problems(
            contract,
            transform.initialSchema(),
            List.of(new NetworkOutput(Network.UNNAMED, Layout.Output.UNITS, network.units())));
    if (!problems.isEmpty()) {
      network.close();
      throw new BundleException(
          "the contract of the bundle "
              + files.origin()
              + " does not fit its transform and its model:\n  "
              + String.join("\n  ", problems));
    }
    return new ForeignPipeline(
        new RowPreparation(transform, normalizer, NetworkInputs.one(input, shape)), network);
  }

  /**
   * The one form in which a foreign model runs: its transform compiled, its network as it came.
   *
   * @throws BundleException when the transform is not compiled
   */
  RunForm form(String label, Contract contract) {
    Compilation compilation = preparation.compile(contract);
    if (compilation instanceof Compilation.ByReference by) {
      throw new BundleException(
          String.format(
              "%s is a model of ONNX, which needs a transform that is compiled, and its transform"
                  + " is not, because of %s: %s; write that step in another way",
              label, by.step().isEmpty() ? "its columns" : by.step(), by.why()));
    }
    Program program = ((Compilation.Compiled) compilation).program();
    byte[] pipeline = PipelineFormat.write(preparation.compiled(program, network.bytesOfRow()));
    return new RunForm(
        ENGINE,
        Map.of(BundleFiles.PIPELINE, pipeline),
        RunForm.words(
            RunForm.compiled(program),
            "ONNX as it came, held against the outputs that came with it"));
  }

  /** How many numbers the network gives for a row. */
  int units() {
    return network.units();
  }

  /** What the network gives for one row that has been normalized, by itself. */
  float[] alone(StageValues row) {
    return network.run(row.normalized(), 1);
  }

  @Override
  public List<StageValues> run(ColumnBatch batch) {
    List<StageValues> results = preparation.run(batch);
    int[] rows = RowPreparation.onTheirWay(results);
    if (rows.length > 0) {
      try {
        activate(results, rows);
      } catch (RuntimeException e) {
        // One of them is the culprit.
        for (int row : rows) {
          activateAlone(results, row);
        }
      }
    }
    return results;
  }

  private void activate(List<StageValues> results, int[] rows) {
    int units = network.units();
    float[] output = network.run(preparation.networkInput(results, rows), rows.length);
    for (int i = 0; i < rows.length; i++) {
      StageValues before = results.get(rows[i]);
      float[] activations = Arrays.copyOfRange(output, i * units, (i + 1) * units);
      results.set(
          rows[i], StageValues.scored(before.transformed(), before.normalized(), activations));
    }
  }

  private void activateAlone(List<StageValues> results, int row) {
    try {
      activate(results, new int[] {row});
    } catch (RuntimeException e) {
      results.set(row, RowPreparation.refused(results.get(row), e));
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
