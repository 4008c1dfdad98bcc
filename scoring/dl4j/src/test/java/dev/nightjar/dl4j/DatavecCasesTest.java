package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.pipeline.ContractStep;
import dev.nightjar.transform.CompiledTransform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.datavec.api.transform.TransformProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transforms and normalizers against rows computed by others. */
class DatavecCasesTest {
  private static final Map<String, DataType> TYPES =
      Map.of(
          "StringMetaData", DataType.STRING,
          "CategoricalMetaData", DataType.STRING,
          "IntegerMetaData", DataType.INTEGER,
          "LongMetaData", DataType.LONG,
          "DoubleMetaData", DataType.DOUBLE,
          "TimeMetaData", DataType.TIMESTAMP);

  /** Transforms that were run, and those of them that were compiled. */
  private static int asked;

  private static int compiled;

  @ParameterizedTest
  @CsvSource({"wine, 178, 0", "nyc_flights, 3472, 87"})
  void typed_rows_come_out_as_rows_of_text_do(String name, int rows, int filtered)
      throws Exception {
    Path folder = SharedCases.folder("datavec/pipelines/" + name);
    RowTransform transform =
        RowTransform.read(name, Files.readAllBytes(folder.resolve("transform.json")));
    Schema types = schema(SharedCases.json(folder.resolve("transform.json")));
    List<StageValues> results =
        byBothWays(transform, typed(types, SharedCases.csv(table(folder, "input"))));

    assertThat(results).hasSize(rows);
    assertThat(results.stream().filter(r -> r.outcome() == Outcome.FILTERED)).hasSize(filtered);
    List<String[]> expected = SharedCases.csv(table(folder, "expected"));
    Map<Integer, String[]> byRow = new HashMap<>();
    expected.stream().skip(1).forEach(cells -> byRow.put(Integer.valueOf(cells[0]), cells));
    assertThat(transform.outputs())
        .containsExactly(Arrays.copyOfRange(expected.get(0), 1, expected.get(0).length));
    for (int row = 0; row < rows; row++) {
      String[] cells = byRow.get(row);
      if (cells == null) {
        assertThat(results.get(row).outcome()).isEqualTo(Outcome.FILTERED);
        continue;
      }
      double[] numbers = Arrays.stream(cells).skip(1).mapToDouble(Double::parseDouble).toArray();
      assertThat(results.get(row).transformed()).containsExactly(numbers, within(1e-9));
    }
  }

  /** What DataVec makes of the rows, which the compiled transform makes of them too. */
  private static List<StageValues> byBothWays(RowTransform transform, ColumnBatch rows) {
    asked++;
    List<StageValues> results = transform.run(rows);
    Contract contract =
        new Contract(
            rows.schema().fields().stream()
                .map(f -> InputField.required(f.name(), f.type()))
                .toList(),
            List.of(OutputField.value("y", 0)));
    if (transform.compile(contract) instanceof Compilation.Compiled done) {
      compiled++;
      CompiledTransformProperties.assertSame(
          results, new CompiledTransform(done.program(), transform.steps()), rows, "the case");
    }
    return results;
  }

  @AfterAll
  static void most_cases_were_compiled() {
    if (asked > 0) { // without the shared cases all of this is skipped
      assertThat(compiled).isGreaterThan(asked / 2);
    }
  }

  /** The text rows of a CSV as a contract of the transform's types makes them. */
  private static ColumnBatch typed(Schema types, List<String[]> csv) {
    List<Field> texts = types.names().stream().map(n -> new Field(n, DataType.STRING)).toList();
    ColumnBatch.Builder batch = ColumnBatch.builder(Schema.of(texts));
    csv.stream()
        .skip(1)
        .forEach(cells -> batch.row((Object[]) Arrays.copyOfRange(cells, 1, cells.length)));
    ColumnBatch rows = batch.build();
    Contract contract =
        new Contract(
            types.fields().stream().map(f -> InputField.required(f.name(), f.type())).toList(),
            List.of(OutputField.value("y", 0)));
    RowFates fates = new RowFates(rows.rows());
    ColumnBatch typed = new ContractStep(contract).apply(rows, fates);
    for (int row = 0; row < rows.rows(); row++) {
      assertThat(fates.rejection(row)).isEmpty();
    }
    return typed;
  }

  private static Path table(Path folder, String name) {
    Path plain = folder.resolve(name + ".csv");
    return Files.exists(plain) ? plain : folder.resolve(name + ".csv.gz");
  }

  @TestFactory
  Stream<DynamicTest> transforms_do_what_the_cases_say() {
    JsonNode cases =
        SharedCases.json(SharedCases.folder("datavec").resolve("transform_cases.json"))
            .path("cases");
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.path("id").asText(), () -> check(one)));
  }

  private static void check(JsonNode one) {
    String id = one.path("id").asText();
    byte[] json = one.path("transform_process").toString().getBytes(StandardCharsets.UTF_8);
    if (one.has("json_round_trip_fails_in_m21")) {
      assertThatThrownBy(() -> RowTransform.read(id, json))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining(id);
      return;
    }
    String notNumeric = notNumeric(json);
    if (!notNumeric.isEmpty()) {
      assertThatThrownBy(() -> RowTransform.read(id, json))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("leaves the column '" + notNumeric + "'");
      return;
    }
    Schema schema = schema(one.path("transform_process"));
    if (one.path("input").get(0).size() != schema.size()) {
      return; // a batch of columns cannot have rows of the wrong width
    }
    RowTransform transform = RowTransform.read(id, json);
    List<StageValues> results = byBothWays(transform, batch(schema, one.path("input")));
    if (one.has("m21_exception")) {
      Rejection rejection = results.get(0).rejection().orElseThrow();
      assertThat(rejection.stage()).isEqualTo(Stage.TRANSFORM);
      assertThat(rejection.field()).isEqualTo("column");
      assertThat(one.path("m21_exception").asText())
          .contains(rejection.reason().replace("…", "").substring(0, 20));
      return;
    }
    if (id.equals("replace_empty_integer")) {
      // A missing number is a null here; the transform replaces only empty texts.
      assertThat(results.get(2).rejection().orElseThrow().reason()).startsWith("is null");
      return;
    }
    JsonNode expected = one.has("expected") ? one.path("expected") : one.path("m21_outcome");
    List<StageValues> left = results.stream().filter(r -> r.outcome() != Outcome.FILTERED).toList();
    assertThat(left).hasSize(expected.size());
    for (int row = 0; row < left.size(); row++) {
      double[] numbers =
          StreamSupport.stream(expected.get(row).spliterator(), false)
              .mapToDouble(cell -> Double.parseDouble(cell.elements().next().asText()))
              .toArray();
      assertThat(left.get(row).rejection()).isEmpty();
      assertThat(left.get(row).transformed()).containsExactly(numbers, within(1e-9));
    }
  }

  /** The first column of the final schema that no network can take; empty when there is none. */
  private static String notNumeric(byte[] json) {
    org.datavec.api.transform.schema.Schema last =
        TransformProcess.fromJson(new String(json, StandardCharsets.UTF_8)).getFinalSchema();
    for (int i = 0; i < last.numColumns(); i++) {
      switch (last.getType(i)) {
        case String, Categorical, Bytes, NDArray -> {
          return last.getName(i);
        }
        default -> {}
      }
    }
    return "";
  }

  private static Schema schema(JsonNode process) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode column : process.path("initialSchema").path("columns")) {
      String kind = column.path("@class").asText();
      fields.add(
          new Field(
              column.path("name").asText(), TYPES.get(kind.substring(kind.lastIndexOf('.') + 1))));
    }
    return Schema.of(fields);
  }

  private static ColumnBatch batch(Schema schema, JsonNode rows) {
    ColumnBatch.Builder batch = ColumnBatch.builder(schema);
    for (JsonNode row : rows) {
      Object[] values = new Object[schema.size()];
      for (int i = 0; i < values.length; i++) {
        JsonNode cell = row.get(i).elements().next();
        boolean none = cell.isNull() || (cell.isTextual() && cell.asText().isEmpty());
        values[i] = none ? null : value(cell, schema.field(i).type());
      }
      batch.row(values);
    }
    return batch.build();
  }

  private static Object value(JsonNode cell, DataType type) {
    return switch (type) {
      case INTEGER -> cell.intValue();
      case LONG -> cell.longValue();
      case TIMESTAMP -> cell.longValue() * 1_000;
      case DOUBLE -> cell.doubleValue();
      default -> cell.asText();
    };
  }

  @Test
  void saved_normalizers_give_the_rows_that_they_gave() throws Exception {
    Path folder = SharedCases.folder("datavec/normalizers");
    List<String[]> wine =
        SharedCases.csv(folder.resolveSibling("pipelines").resolve("wine/input.csv"));
    float[] values = new float[20 * 13];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(wine.get(1 + i / 13)[1 + i % 13]);
    }
    for (JsonNode one : SharedCases.json(folder.resolve("normalizers.json")).path("normalizers")) {
      String file = one.path("file").asText();
      Normalizer normalizer = Normalizer.read(file, Files.readAllBytes(folder.resolve(file)));
      assertThat(normalizer.width()).hasValue(13);
      float[] rows = normalizer.apply(values, 20);
      for (int i = 0; i < rows.length; i++) {
        float expected = (float) one.path("expected_first20").get(i).doubleValue();
        assertThat(rows[i]).as(file + " " + i).isCloseTo(expected, within(1e-6f));
      }
    }
  }
}
