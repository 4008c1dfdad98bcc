package dev.nightjar.online.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.SharedCases;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows.Part;
import dev.nightjar.online.request.RowAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The cases of the protocol that others have written, as far as they are about bodies. The model
 * behind them is not here: it is played by a table of what it gives for the rows of the cases.
 */
class OpenInferenceCasesTest {
  private static final TensorForm FORM = new TensorForm(RequestLimits.DEFAULT);
  private static final ModelCard IRIS = Cards.iris();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the cases expect of the network for its rows, by the sepals' length. */
  private static final Map<Float, float[]> UNITS =
      Map.of(
          6.8f, new float[] {0.020780092f, 0.6280488f, 0.35117114f},
          6.0f, new float[] {0.02961109f, 0.55010086f, 0.42028803f});

  private static JsonNode cases() {
    return SharedCases.json(SharedCases.folder("open-inference").resolve("oip_rest_cases.json"));
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  @TestFactory
  Stream<DynamicTest> bodies_are_taken_and_refused_as_the_protocol_has_it() {
    List<JsonNode> ofBodies =
        all(cases().path("cases"))
            .filter(one -> one.has("body") || one.has("raw_body"))
            // These are about which model is there, which HTTP answers.
            .filter(one -> one.path("path").asText().contains("{model}"))
            .toList();
    assertThat(ofBodies).hasSizeGreaterThan(30);
    return ofBodies.stream().map(one -> dynamicTest(one.path("id").asText(), () -> hold(one)));
  }

  private static byte[] body(JsonNode one) throws IOException {
    return one.has("raw_body")
        ? one.path("raw_body").asText().getBytes(StandardCharsets.UTF_8)
        : JSON.writeValueAsBytes(
            JSON.readTree(
                JSON.writeValueAsString(one.path("body")).replace("{output}", "output-0")));
  }

  private static void hold(JsonNode one) throws IOException {
    JsonNode expected = one.path("expect");
    Optional<RequestException> refused = Optional.empty();
    JsonNode answer = JSON.nullNode();
    try {
      answer = answer(body(one));
    } catch (RequestException e) {
      refused = Optional.of(e);
    }
    int status = refused.map(e -> e.kind().status()).orElse(200);
    if (expected.has("status")) {
      assertThat(status)
          .as(refused.map(Throwable::getMessage).orElse(""))
          .isEqualTo(expected.path("status").asInt());
    } else if (expected.has("status_any")) {
      assertThat(all(expected.path("status_any")).map(JsonNode::asInt)).contains(status);
    } else {
      assertThat(expected.path("status_4xx").asBoolean()).isTrue();
      assertThat(status).isBetween(400, 499);
    }
    if (refused.isPresent()) {
      assertThat(
              JSON.readTree(Metadata.error(refused.get().getMessage())).path("error").isTextual())
          .isTrue();
    } else {
      holdAnswer(one, answer);
    }
  }

  private static void holdAnswer(JsonNode one, JsonNode answer) {
    JsonNode expected = one.path("expect");
    assertThat(answer.path("model_name").asText()).isEqualTo("iris");
    assertThat(answer.path("id")).isEqualTo(one.path("body").path("id"));
    JsonNode told = expected.path("json_contains").path("id");
    assertThat(told.isMissingNode() || told.equals(answer.path("id"))).isTrue();
    JsonNode got = answer.path("outputs").get(0);
    for (JsonNode output : expected.path("outputs")) {
      assertThat(got.path("shape")).isEqualTo(output.path("shape"));
      assertThat(got.path("datatype")).isEqualTo(output.path("datatype"));
      for (int i = 0; i < output.path("data_flat").size(); i++) {
        assertThat(got.path("data").get(i).asDouble())
            .isCloseTo(
                output.path("data_flat").get(i).asDouble(),
                within(output.path("abs_tol").asDouble()));
      }
    }
  }

  private static JsonNode answer(byte[] body) throws IOException {
    TensorRequest request = FORM.decode(body, IRIS);
    List<RowAnswer> rows = new ArrayList<>();
    for (Part part : request.rows().parts()) {
      for (int row = 0; row < part.rows().rows(); row++) {
        Object length = part.rows().column("sepal_length").get(row);
        float[] units =
            UNITS.getOrDefault(
                length instanceof Number number ? number.floatValue() : 0f, new float[3]);
        rows.add(
            new RowAnswer(
                Outcome.SCORED,
                List.of(units[0], units[1], units[2]),
                Optional.empty(),
                List.of(),
                List.of()));
      }
    }
    return JSON.readTree(FORM.encode(request, new Answers(IRIS, List.of(), rows)));
  }

  /** A model of the columns of a request. */
  private static ModelCard model(JsonNode body) {
    List<InputField> inputs =
        all(body.path("inputs"))
            .map(
                tensor ->
                    InputField.required(
                        tensor.path("name").asText(),
                        Datatype.of(tensor.path("datatype").asText()).orElseThrow().column()))
            .toList();
    return Cards.plain("columns", inputs, List.of(OutputField.value("out", 0)));
  }

  @TestFactory
  Stream<DynamicTest> requests_of_columns_of_other_projects_are_taken_value_for_value() {
    List<JsonNode> requests = all(cases().path("columnar_requests")).toList();
    assertThat(requests).isNotEmpty();
    return requests.stream()
        .map(
            one ->
                dynamicTest(
                    one.path("id").asText(),
                    () -> {
                      JsonNode body = one.path("body");
                      ColumnBatch rows =
                          FORM.decode(JSON.writeValueAsBytes(body), model(body))
                              .rows()
                              .parts()
                              .get(0)
                              .rows();
                      assertThat(rows.rows()).isEqualTo(one.path("rows").asInt());
                      for (JsonNode tensor : body.path("inputs")) {
                        for (int row = 0; row < rows.rows(); row++) {
                          holdValue(
                              rows.column(tensor.path("name").asText()).get(row),
                              tensor.path("data").get(row));
                        }
                      }
                    }));
  }

  private static void holdValue(Object value, JsonNode sent) {
    if (value instanceof Float number) {
      assertThat(number).isEqualTo(Float.parseFloat(sent.asText()));
    } else {
      assertThat(Objects.toString(value)).isEqualTo(sent.asText());
    }
  }

  @TestFactory
  Stream<DynamicTest> requests_of_columns_that_are_wrong_are_refused() {
    List<JsonNode> requests = all(cases().path("columnar_negative")).toList();
    assertThat(requests).isNotEmpty();
    return requests.stream()
        .map(
            one ->
                dynamicTest(
                    one.path("id").asText(),
                    () -> {
                      JsonNode body = one.path("body");
                      byte[] bytes = JSON.writeValueAsBytes(body);
                      if (one.path("expect").path("status_4xx").asBoolean()) {
                        assertThat(refusal(bytes, model(body)).kind().status()).isEqualTo(400);
                      } else {
                        ColumnBatch rows =
                            FORM.decode(bytes, model(body)).rows().parts().get(0).rows();
                        JsonNode tensor = body.path("inputs").get(0);
                        for (int row = 0; row < rows.rows(); row++) {
                          holdValue(rows.column(0).get(row), tensor.path("data").get(row));
                        }
                      }
                    }));
  }

  private static RequestException refusal(byte[] body, ModelCard model) {
    try {
      FORM.decode(body, model);
    } catch (RequestException e) {
      return e;
    }
    throw new AssertionError("was taken");
  }
}
