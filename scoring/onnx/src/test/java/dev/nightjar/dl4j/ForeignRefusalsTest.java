package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputLayout.Image.PixelOrder;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import dev.nightjar.engine.EngineChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Foreign models that are refused, and what must not come with one. */
class ForeignRefusalsTest {
  private static final String DENSE = "torch-dense";

  @TempDir private Path folder;

  @AfterEach
  void nothing_was_written() {
    assertThat(folder).isEmptyDirectory();
  }

  private AbstractThrowableAssert<?, ?> assertRefused(Bundles bundles) {
    return assertThatThrownBy(() -> bundles.write(folder.resolve("bundle")))
        .isInstanceOf(BundleException.class);
  }

  private AbstractThrowableAssert<?, ?> assertRefused(List<Map<String, Object>> golden) {
    return assertRefused(Foreign.bundle(DENSE, Foreign.ROWS).golden(golden));
  }

  private static List<Map<String, Object>> golden() {
    return Foreign.golden(DENSE);
  }

  /** The rows that came with the model, of which one says something else. */
  private static List<Map<String, Object>> with(int row, String column, Object value) {
    List<Map<String, Object>> rows = new ArrayList<>(golden());
    Map<String, Object> changed = new TreeMap<>(rows.get(row));
    changed.put(column, value);
    rows.set(row, changed);
    return rows;
  }

  private static List<Map<String, Object>> without(String column) {
    return Foreign.changed(
        golden(),
        row -> {
          row.remove(column);
          return row;
        });
  }

  private static UnaryOperator<Map<String, Object>> and(String column, Object value) {
    return row -> {
      row.put(column, value);
      return row;
    };
  }

  @Test
  void a_model_without_outputs_that_came_with_it() {
    assertRefused(
            Bundles.fromOnnx(Foreign.file(DENSE + ".onnx"))
                .name("n")
                .version("1")
                .created(Flights.TRAINED)
                .contract(Foreign.contract(golden(), Foreign.ROWS))
                .sample(Foreign.inputs(golden())))
        .hasMessage(
            "a bundle is refused without\n"
                + "  rows with what the model gives for them: .golden(…), columns unit_0, unit_1, …");
  }

  @Test
  void too_few_rows_or_always_the_same() {
    assertRefused(golden().subList(0, 7))
        .hasMessageContaining(
            "the golden rows has 7 different rows with outputs, and 8 are the least");
    assertRefused(Collections.nCopies(100, golden().get(0)))
        .hasMessageContaining(
            "the golden rows has 1 different rows with outputs, and 8 are the least")
        .hasMessageContaining("let the library that it comes from compute more");
  }

  @Test
  void columns_that_lack_or_are_too_many() {
    assertRefused(without("unit_0"))
        .hasMessage(
            "the golden rows lacks the column 'unit_0'; the network gives 1 numbers for a row, and"
                + " each is a column");
    assertRefused(without("x3"))
        .hasMessageContaining("lacks the column 'x3', an input of the contract");
    assertRefused(Foreign.changed(golden(), and("unit_1", 0.5)))
        .hasMessageContaining(
            "has the column 'unit_1', which is neither an input of the contract nor the network's"
                + " unit_0; leave it out; did you mean 'unit_0'?");
    assertRefused(Foreign.changed(golden(), and("label", "yes")))
        .hasMessageContaining("has the column 'label', which is neither");
  }

  @Test
  void outputs_that_are_no_finite_numbers() {
    for (Object bad :
        new Object[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300, "NaN", "n/a", ""}) {
      assertRefused(with(4, "unit_0", bad))
          .hasMessageContaining("row 5 of 12 has ")
          .hasMessageContaining(
              "for unit_0, and only finite numbers can be compared; leave out rows");
    }
    assertRefused(with(11, "unit_0", null)).hasMessageContaining("row 12 of 12 has nothing for");
  }

  @Test
  void outputs_that_the_model_does_not_give() {
    double right = (Double) golden().get(6).get("unit_0");
    assertRefused(with(6, "unit_0", right + 1e-4))
        .hasMessageStartingWith("torch-dense 1 does not give what the golden rows says, in 1 of 12")
        .hasMessageContaining("row 7, unit_0: expected " + (float) (right + 1e-4) + ", got ")
        .hasMessageContaining("farther than 1.0E-6 + 1.0E-5·|expected|")
        .hasMessageEndingWith("out of training, with all their digits");
  }

  /** As in a CSV file that was written with three digits. */
  @Test
  void outputs_that_were_rounded() {
    assertRefused(
            Foreign.changed(
                golden(),
                row ->
                    and("unit_0", Math.round((Double) row.get("unit_0") * 1000) / 1000.0)
                        .apply(row)))
        .hasMessageContaining("with all their digits");
  }

  @Test
  void rows_that_never_reach_the_network() {
    assertRefused(with(2, "x1", null))
        .hasMessageContaining(
            "the golden rows: row 3 of 12 says what the network gives for it, and it never reaches"
                + " the network: it is rejected at contract: x1 ")
        .hasMessageEndingWith("give rows that are scored, or another contract");
  }

  @Test
  void outputs_that_the_contract_calls_impossible() {
    List<Map<String, Object>> rows = Foreign.golden("sklearn-regressor");
    Contract contract =
        new Contract(
            Foreign.contract(rows, Foreign.ROWS).inputs(),
            List.of(OutputField.probability("p", 0, 0.5)));
    assertRefused(Foreign.bundle("sklearn-regressor", Foreign.ROWS).contract(contract))
        .hasMessageContaining("its output 'p': ")
        .hasMessageContaining("is not a probability; give rows that are scored");
  }

  @Test
  void a_model_that_computes_across_rows() {
    assertRefused(Foreign.bundle("torch-blind", Foreign.ROWS))
        .hasMessageContaining("when the row is alone, and ")
        .hasMessageContaining("it computes across rows; export it so that each row");
  }

  @Test
  void operators_that_are_not_of_onnx_and_graphs_inside_graphs() {
    List<Map<String, Object>> rows = Foreign.golden("sklearn-regressor");
    assertRefused(Foreign.bundle("sklearn-forest", "sklearn-regressor", Foreign.ROWS).golden(rows))
        .hasMessageContaining(
            "source/model.onnx is refused: it uses the operator 'TreeEnsembleRegressor' of the"
                + " domain 'ai.onnx.ml'");
    assertRefused(
            Foreign.bundle("sklearn-classifier-whole", "sklearn-classifier", Foreign.ROWS)
                .modelOutput("probabilities"))
        .hasMessageContaining("the operator 'ArrayFeatureExtractor' of the domain 'ai.onnx.ml'")
        .hasMessageContaining("cut it off with onnx.utils.extract_model");
    assertRefused(
            Foreign.bundle("keras-gru", "keras-bidirectional", Foreign.steps(Layout.Output.UNITS)))
        .hasMessageContaining("the attribute 'body' of a node 'Loop' holds a graph");
  }

  @Test
  void outputs_of_the_model_that_are_not_named_or_not_there() {
    assertRefused(Foreign.bundle("torch-two", Foreign.ROWS))
        .hasMessageContaining(
            "it has 2 outputs [logits, probabilities]; say which of them is scored")
        .hasMessageContaining("--model-output NAME, or Bundles…modelOutput(NAME)");
    assertRefused(Foreign.bundle("torch-two", Foreign.ROWS).modelOutput("probability"))
        .hasMessageContaining("it has no output 'probability'; did you mean 'probabilities'?");
  }

  @Test
  void layouts_that_do_not_make_what_the_model_takes() {
    assertRefused(Foreign.bundle("torch-image", Foreign.ROWS))
        .hasMessageContaining(
            "its input 'x' is [?, 2, 6, 6], and the contract declares rows of 72 columns; write"
                + " 'layout: {kind: image, channels: …, height: …, width: …}'");
    assertRefused(Foreign.bundle("torch-lstm", Foreign.ROWS))
        .hasMessageContaining("its input 'x' is [?, 7, 3], and the contract declares rows of 21")
        .hasMessageContaining("kind: sequence");
    assertRefused(Foreign.bundle(DENSE, Foreign.image(PixelOrder.CHANNELS_FIRST)))
        .hasMessageContaining("has 72 columns and the transform gives 6")
        .hasMessageContaining("use a layout and a transform of one training");
    assertRefused(Foreign.bundle("torch-steps", Foreign.steps(Layout.Output.UNITS)))
        .hasMessageContaining(
            "the model gives an array [2, 7, 2] for 2 rows, and the contract's layout declares"
                + " 'output: units'");
    Layout last = new Layout(Layout.ROWS.input(), Layout.Output.LAST_STEP);
    assertRefused(Foreign.bundle(DENSE, last))
        .hasMessageContaining("declares 'output: last-step' for rows; only sequences have steps");
  }

  @Test
  void outputs_of_the_contract_that_the_model_does_not_have() {
    Contract contract =
        new Contract(
            Foreign.contract(golden(), Foreign.ROWS).inputs(),
            List.of(OutputField.value("second", 1)));
    assertRefused(Foreign.bundle(DENSE, Foreign.ROWS).contract(contract))
        .hasMessageContaining("gives 1 units for a row, and the contract's output 'second'");
  }

  @Test
  void inputs_that_are_no_numbers_and_no_transform_that_makes_some() {
    List<InputField> inputs = new ArrayList<>(Foreign.contract(golden(), Foreign.ROWS).inputs());
    inputs.set(0, InputField.category("x0", List.of("a", "b")));
    Contract contract = new Contract(inputs, List.of(OutputField.value("y0", 0)));
    List<Map<String, Object>> rows = Foreign.changed(golden(), and("x0", "a"));
    assertRefused(Foreign.bundle(DENSE, Foreign.ROWS).contract(contract).sample(rows).golden(rows))
        .hasMessageContaining(
            "torch-dense 1 has no transform, so the contract's inputs are the network's columns, and"
                + " its input 'x0' is a category; give a TransformProcess");
  }

  @Test
  void an_input_that_is_called_as_an_output() {
    List<InputField> inputs = new ArrayList<>(Foreign.contract(golden(), Foreign.ROWS).inputs());
    inputs.set(0, InputField.required("unit_0", DataType.DOUBLE));
    Contract contract = new Contract(inputs, List.of(OutputField.value("y0", 0)));
    assertRefused(Foreign.bundle(DENSE, Foreign.ROWS).contract(contract).sample(golden()))
        .hasMessageContaining("the contract's input 'unit_0' has the name by which")
        .hasMessageContaining("rename the input");
  }

  @Test
  void the_engine_that_cannot_run_it_and_golden_rows_for_a_network_that_has_a_reference() {
    assertRefused(Foreign.bundle(DENSE, Foreign.ROWS).engine(EngineChoice.DL4J))
        .hasMessageContaining("is a model of ONNX, which the engine 'dl4j' cannot run")
        .hasMessageContaining("choose the engine 'onnx', or 'auto'");
    assertRefused(Flights.bundle().golden(golden()))
        .hasMessageContaining("DL4J itself computes the golden rows of this network");
  }

  @Test
  void a_file_that_is_not_there() {
    assertThatThrownBy(() -> Bundles.fromOnnx(folder.resolve("none.onnx")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("none.onnx cannot be read");
  }
}
