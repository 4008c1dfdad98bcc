package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The models of other libraries among the resources, each with what that library gives. */
final class Foreign {
  /** In which ways a contract puts columns together. */
  static final Layout ROWS = Layout.ROWS;

  private Foreign() {}

  static Layout image(InputLayout.Image.PixelOrder order) {
    return new Layout(new InputLayout.Image(2, 6, 6, order), Layout.Output.UNITS);
  }

  static Layout steps(Layout.Output output) {
    return new Layout(
        new InputLayout.Sequence(7, 3, InputLayout.Sequence.StepOrder.STEPS_FIRST), output);
  }

  static Path file(String name) {
    URL there = Foreign.class.getResource("/foreign/" + name);
    assertThat(there).as(name).isNotNull();
    try {
      return Path.of(there.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rows that came with a model: inputs and units, by name, in the file's order. */
  static List<Map<String, Object>> golden(String name) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file(name + ".csv"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> names = Arrays.asList(lines.get(0).split(",", -1));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      Map<String, Object> row = new LinkedHashMap<>();
      IntStream.range(0, values.length)
          .forEach(i -> row.put(names.get(i), Double.valueOf(values[i])));
      rows.add(row);
    }
    return rows;
  }

  /** The same rows, each changed. */
  static List<Map<String, Object>> changed(
      List<Map<String, Object>> rows, UnaryOperator<Map<String, Object>> change) {
    return rows.stream().map(row -> change.apply(new LinkedHashMap<>(row))).toList();
  }

  private static List<String> names(List<Map<String, Object>> rows, String beginning) {
    return rows.get(0).keySet().stream().filter(name -> name.startsWith(beginning)).toList();
  }

  static Contract contract(List<Map<String, Object>> rows, Layout layout) {
    List<OutputField> outputs = new ArrayList<>();
    for (int unit = 0; unit < names(rows, "unit_").size(); unit++) {
      outputs.add(OutputField.value("y" + unit, unit));
    }
    return new Contract(
        names(rows, "x").stream().map(name -> InputField.required(name, DataType.DOUBLE)).toList(),
        outputs,
        layout);
  }

  /** The inputs alone. */
  static ColumnBatch inputs(List<Map<String, Object>> rows) {
    List<String> names = names(rows, "x");
    ColumnBatch.Builder batch =
        ColumnBatch.builder(
            Schema.of(names.stream().map(name -> new Field(name, DataType.DOUBLE)).toList()));
    rows.forEach(row -> batch.row(names.stream().map(row::get).toArray()));
    return batch.build();
  }

  /** A bundle of a model as it came, with everything that it needs. */
  static Bundles bundle(String name, String rowsOf, Layout layout) {
    List<Map<String, Object>> rows = golden(rowsOf);
    return Bundles.fromOnnx(file(name + ".onnx"))
        .name(name)
        .version("1")
        .created(Instant.parse("2026-11-01T00:00:00Z"))
        .contract(contract(rows, layout))
        .sample(inputs(rows))
        .golden(rows);
  }

  static Bundles bundle(String name, Layout layout) {
    return bundle(name, name, layout);
  }
}
