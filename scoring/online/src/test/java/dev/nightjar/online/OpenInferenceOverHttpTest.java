package dev.nightjar.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.dl4j.SharedCases;
import dev.nightjar.online.request.Tensors;
import dev.nightjar.online.settings.ModelChoice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Open Inference Protocol over HTTP: the cases of others, and the essentials by hand. */
class OpenInferenceOverHttpTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FLAT =
      """
      {"id": "42", "inputs": [{"name": "input-0", "shape": [2, 4], "datatype": "FP32",
       "data": [6.8, 2.8, 4.8, 1.4, 6.0, 3.4, 4.5, 1.6]}]}
      """;

  @TempDir static Path folder;
  private static TestEndpoint endpoint;
  private static TestEndpoint whole;

  @BeforeAll
  static void start() {
    TestEndpoint.promote(folder, TestBundles.iris(), "champion");
    ModelChoice iris =
        new ModelChoice(
            "iris@champion", Optional.empty(), Optional.of(new Tensors("input-0", "all")));
    endpoint =
        TestEndpoint.start(TestEndpoint.settings(folder, iris, ModelChoice.of("absent@champion")));
    whole = TestEndpoint.start(TestEndpoint.settings(folder, iris));
  }

  @AfterAll
  static void stop() {
    TestEndpoint.closeAll(endpoint, whole);
  }

  @TestFactory
  Stream<DynamicTest> cases_of_others_are_answered_as_they_say() {
    JsonNode cases =
        SharedCases.json(SharedCases.folder("open-inference").resolve("oip_rest_cases.json"));
    List<JsonNode> all = list(cases.path("cases"));
    assertThat(all).hasSizeGreaterThan(45);
    return all.stream()
        .map(one -> dynamicTest(one.path("id").asText(), () -> hold(one, cases.path("cases"))));
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static String filled(String text) {
    return text.replace("{model}", "iris")
        .replace("{version}", "1")
        .replace("{output}", "all")
        .replace("{unready_model}", "absent");
  }

  private static void hold(JsonNode one, JsonNode cases) throws IOException {
    String path = filled(one.path("path").asText());
    // This one is of a server all of whose models are loaded, others need one that is not.
    TestEndpoint asked = one.path("id").asText().equals("ready") ? whole : endpoint;
    HttpResponse<String> response =
        one.path("method").asText().equals("GET")
            ? asked.get(path)
            : asked.post(
                path,
                one.has("raw_body")
                    ? one.path("raw_body").asText()
                    : filled(JSON.writeValueAsString(one.path("body"))));
    JsonNode expected = one.path("expect");
    if (expected.has("status")) {
      assertThat(response.statusCode())
          .as(response.body())
          .isEqualTo(expected.path("status").asInt());
    } else if (expected.has("status_any")) {
      assertThat(list(expected.path("status_any")).stream().map(JsonNode::asInt))
          .contains(response.statusCode());
    } else {
      assertThat(expected.path("status_4xx").asBoolean()).isTrue();
      assertThat(response.statusCode()).as(response.body()).isBetween(400, 499);
    }
    JsonNode answer = TestEndpoint.json(response);
    if (response.statusCode() == 200) {
      holdAnswer(expected, answer);
      String same = expected.path("if_200_same_as").asText();
      list(cases).stream()
          .filter(other -> other.path("id").asText().equals(same))
          .flatMap(other -> list(other.path("expect").path("outputs")).stream())
          .forEach(output -> holdOutput(output, answer.path("outputs").get(0)));
    } else if (response.statusCode() != 503) {
      assertThat(answer.path("error").isTextual()).as(response.body()).isTrue();
    }
  }

  private static void holdAnswer(JsonNode expected, JsonNode answer) throws IOException {
    expected
        .path("required_fields")
        .properties()
        .forEach(
            field ->
                assertThat(
                        field.getValue().asText().startsWith("array")
                            ? answer.path(field.getKey()).isArray()
                            : answer.path(field.getKey()).isTextual())
                    .as(field.getKey())
                    .isTrue());
    for (String part : List.of("json", "json_contains")) {
      JSON.readTree(filled(expected.path(part).toString()))
          .properties()
          .forEach(field -> assertThat(answer.path(field.getKey())).isEqualTo(field.getValue()));
    }
    if (expected.path("schema").asText().equals("inference_response")) {
      assertThat(answer.path("model_name").asText()).isEqualTo("iris");
      assertThat(answer.path("outputs")).hasSize(1);
    }
    for (JsonNode output : expected.path("outputs")) {
      holdOutput(output, answer.path("outputs").get(0));
    }
  }

  private static void holdOutput(JsonNode expected, JsonNode output) {
    assertThat(output.path("name").asText()).isEqualTo("all");
    assertThat(output.path("shape")).isEqualTo(expected.path("shape"));
    assertThat(output.path("datatype")).isEqualTo(expected.path("datatype"));
    assertThat(output.path("data")).hasSameSizeAs(expected.path("data_flat"));
    for (int i = 0; i < output.path("data").size(); i++) {
      assertThat(output.path("data").get(i).asDouble())
          .isCloseTo(
              expected.path("data_flat").get(i).asDouble(),
              within(expected.path("abs_tol").asDouble()));
    }
  }

  @Test
  void rows_go_in_as_one_tensor_and_come_out_as_one() {
    HttpResponse<String> response = endpoint.post("/v2/models/iris/infer", FLAT);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    JsonNode answer = TestEndpoint.json(response);
    assertThat(answer.path("model_name").asText()).isEqualTo("iris");
    assertThat(answer.path("model_version").asText()).isEqualTo("1");
    assertThat(answer.path("id").asText()).isEqualTo("42");
    List<Double> units = new ArrayList<>();
    answer.path("outputs").get(0).path("data").forEach(unit -> units.add(unit.asDouble()));
    double[] expected = {0.02078, 0.62805, 0.35117, 0.02961, 0.55010, 0.42029};
    assertThat(units).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(units.get(i)).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void the_same_rows_go_in_column_by_column_and_the_classes_come_out() {
    JsonNode answer =
        TestEndpoint.json(
            endpoint.post(
                "/v2/models/iris/infer",
                """
                {"inputs": [
                 {"name": "sepal_length", "shape": [1], "datatype": "FP32", "data": [6.8]},
                 {"name": "sepal_width", "shape": [1], "datatype": "FP32", "data": [2.8]},
                 {"name": "petal_length", "shape": [1], "datatype": "FP32", "data": [4.8]},
                 {"name": "petal_width", "shape": [1], "datatype": "FP32", "data": [1.4]}],
                 "outputs": [{"name": "versicolor"}]}
                """));
    assertThat(answer.path("outputs")).as(answer.toString()).hasSize(1);
    assertThat(answer.path("outputs").get(0).path("name").asText()).isEqualTo("versicolor");
    assertThat(answer.path("outputs").get(0).path("data").get(0).asDouble())
        .isCloseTo(0.62805, within(1e-5));
  }

  @Test
  void a_model_is_told_of_by_its_name_its_version_and_its_alias() {
    for (String path : List.of("", "/versions/1", "/versions/champion")) {
      JsonNode told = TestEndpoint.json(endpoint.get("/v2/models/iris" + path));
      assertThat(told.path("name").asText()).isEqualTo("iris");
      assertThat(told.path("platform").asText()).isEqualTo("deeplearning4j_zip");
      assertThat(told.path("versions").get(0).asText()).isEqualTo("1");
      JsonNode input = told.path("inputs").get(0);
      assertThat(input.path("name").asText()).isEqualTo("input-0");
      assertThat(input.path("shape").toString()).isEqualTo("[-1,4]");
    }
  }

  @Test
  void what_is_not_there_is_not_found_and_what_is_not_loaded_is_not_ready() {
    HttpResponse<String> unknown = endpoint.get("/v2/models/irs");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(TestEndpoint.json(unknown).path("error").asText())
        .isEqualTo("no model 'irs' is served here; did you mean 'iris'?");
    HttpResponse<String> version = endpoint.get("/v2/models/iris/versions/champoin/ready");
    assertThat(version.statusCode()).isEqualTo(404);
    assertThat(TestEndpoint.json(version).path("error").asText())
        .startsWith("the model 'iris' is not served in the version 'champoin' here")
        .contains("champion");
    for (String path : List.of("", "/ready")) {
      HttpResponse<String> unready = endpoint.get("/v2/models/absent" + path);
      assertThat(unready.statusCode()).isEqualTo(503);
      assertThat(unready.headers().firstValue("retry-after")).contains("2");
      assertThat(TestEndpoint.json(unready).path("error").asText())
          .startsWith("the model 'absent@champion' is not ready: ");
    }
    assertThat(endpoint.get("/v2/health/ready").statusCode()).isEqualTo(503);
    assertThat(endpoint.get("/v2/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void the_index_tells_what_is_ready_and_why_the_rest_is_not() {
    HttpResponse<String> index =
        endpoint.post("/v2/repository/index", BodyPublishers.ofString("{}"));
    assertThat(index.statusCode()).isEqualTo(200);
    List<JsonNode> models = list(TestEndpoint.json(index));
    assertThat(models).hasSize(2);
    assertThat(models.get(0).path("name").asText()).isEqualTo("iris");
    assertThat(models.get(0).path("state").asText()).isEqualTo("READY");
    assertThat(models.get(1).path("name").asText()).isEqualTo("absent");
    assertThat(models.get(1).path("state").asText()).isEqualTo("UNAVAILABLE");
    assertThat(models.get(1).path("reason").asText()).contains("absent");
    assertThat(TestEndpoint.json(endpoint.get("/v2/models")).path("models").toString())
        .isEqualTo("[\"iris\",\"absent\"]");
  }
}
