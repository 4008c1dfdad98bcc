package dev.nightjar.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.YamlText;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Rows;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.InputLayout.Several;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutsTest {
  @TempDir Path folder;

  @Test
  void a_contract_without_a_layout_takes_rows_and_writes_none() throws IOException {
    Contract contract = read("");
    assertThat(contract.layout()).isEqualTo(Layout.ROWS);
    assertThat(YamlText.of(Contracts.toYaml(contract))).doesNotContain("layout");
    assertThat(contract.layout().words()).isEqualTo("rows");
  }

  @Test
  void images_and_sequences_are_declared_by_their_sizes() throws IOException {
    assertThat(read("layout: {kind: image, channels: 3, height: 4, width: 5}").layout().input())
        .isEqualTo(new Image(3, 4, 5, Image.PixelOrder.CHANNELS_FIRST));
    Layout sequence =
        read("layout: {kind: sequence, steps: 24, features: 3, output: last-step}").layout();
    assertThat(sequence)
        .isEqualTo(
            new Layout(
                new Sequence(24, 3, Sequence.StepOrder.STEPS_FIRST), Layout.Output.LAST_STEP));
    assertThat(sequence.words())
        .isEqualTo("sequence of 24 steps × 3 features, steps first; the last step of the output");
    assertThat(sequence.input().columns()).isEqualTo(72);
  }

  @Test
  void every_mistake_of_a_layout_is_told() {
    assertThatThrownBy(() -> read("layout: {kind: sequence, steps: 0, height: 2, output: first}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("layout.steps")
        .hasMessageContaining("is not a whole number 1 to 16777216")
        .hasMessageContaining("layout.features: is needed beside its kin: steps, features")
        .hasMessageContaining("use units | last-step | all")
        .hasMessageContaining("height");
    assertThatThrownBy(() -> read("layout: {kind: image, channels: 3, height: 9000, width: 9000}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("asks for more than 16777216 columns");
  }

  @Test
  void several_inputs_take_the_next_columns_each_and_outputs_say_what_they_give()
      throws IOException {
    Contract contract =
        readAll(
            """
            inputs: {x: {type: double}}
            outputs:
              y: {of: value, from: late}
              z: {of: class, from: kind, classes: [a, b]}
            layout:
              inputs:
                user: {columns: 5}
                clicks: {kind: sequence, steps: 4, features: 2}
              output: last-step
              outputs: {kind: {units: 2}, late: {output: all, units: 3}}
            """);
    assertThat(contract.layout())
        .isEqualTo(
            new Layout(
                new Several(
                    List.of(
                        new Several.Named("user", new Rows(5)),
                        new Several.Named(
                            "clicks", new Sequence(4, 2, Sequence.StepOrder.STEPS_FIRST)))),
                Layout.Output.LAST_STEP,
                List.of(
                    new NetworkOutput("kind", Layout.Output.LAST_STEP, 2),
                    new NetworkOutput("late", Layout.Output.ALL, 3))));
    assertThat(contract.layout().input().columns()).isEqualTo(13);
    assertThat(contract.layout().firstUnit(Optional.of("late"))).hasValue(2);
    assertThat(contract.outputs().get(0).from()).contains("late");
    assertThat(contract.isSettled()).isTrue();
    assertThat(contract.fits(contract.outputs().get(0), 5)).isTrue();
    assertThat(contract.fits(contract.outputs().get(0), 6)).isFalse();
  }

  @Test
  void every_mistake_of_inputs_and_outputs_is_told() {
    assertThatThrownBy(
            () ->
                readAll(
                    """
                    inputs: {x: {type: double}}
                    outputs:
                      y: {of: value, from: lat}
                      z: {of: value}
                    layout:
                      kind: rows
                      inputs: {user: {}, clicks: {kind: sequence, steps: 4}, other: {columns: 0}}
                      outputs: {kind: {units: 2}, late: {units: 0}}
                    """))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("contract.yaml:3: outputs.y.from: 'lat' is none of the outputs")
        .hasMessageContaining("did you mean 'late'")
        .hasMessageContaining(
            "outputs.z.from: says of which of the network's outputs it is made: kind, late")
        .hasMessageContaining("layout.kind: stands inside each of the 'inputs'")
        .hasMessageContaining("layout.inputs.user")
        .hasMessageContaining("layout.inputs.clicks.features: is needed beside its kin")
        .hasMessageContaining("layout.inputs.other.columns")
        .hasMessageContaining("layout.outputs.late.units");
  }

  private Contract readAll(String contract) throws IOException {
    Path file = folder.resolve("contract.yaml");
    Files.writeString(file, contract);
    return Contracts.read(file, Environment.empty());
  }

  private Contract read(String layout) throws IOException {
    Path file = folder.resolve("contract.yaml");
    Files.writeString(
        file, "inputs: {x: {type: double}}\noutputs: {y: {of: value}}\n" + layout + "\n");
    return Contracts.read(file, Environment.empty());
  }
}
