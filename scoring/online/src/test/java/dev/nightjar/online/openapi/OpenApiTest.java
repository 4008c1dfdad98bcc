package dev.nightjar.online.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.feature.ViewAnswer.Standing;
import dev.nightjar.online.oip.Metadata;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.rest.ExampleRow;
import dev.nightjar.online.rest.ModelForm;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode document(ModelCard... models) throws IOException {
    return JSON.readTree(OpenApi.document(List.of(models), "0.1.0"));
  }

  @Test
  void a_row_has_the_fields_of_the_model_with_their_types() throws IOException {
    JsonNode row = document(Cards.flights()).at("/components/schemas/FlightDelayRow");

    assertThat(row.path("required"))
        .isEqualTo(JSON.readTree("[\"carrier\",\"distance\",\"departure\"]"));
    assertThat(row.path("additionalProperties").asBoolean(true)).isFalse();
    assertThat(row.at("/properties/distance"))
        .isEqualTo(
            JSON.readTree(
                "{\"type\":[\"number\",\"null\"],\"format\":\"double\",\"description\":\"Valid:"
                    + " [0.0, 20000.0]. A row in which it is null is rejected.\"}"));
    assertThat(row.at("/properties/carrier/description").asText())
        .isEqualTo("Known: AA, UA. A row in which it is null is rejected.");
    assertThat(row.at("/properties/flight_id/format").asText()).isEqualTo("int64");
    assertThat(row.at("/properties/boarded/format").asText()).isEqualTo("date-time");
    assertThat(row.at("/properties/origin"))
        .isEqualTo(
            JSON.readTree(
                "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\",\"format\":\"int64\"},"
                    + "{\"type\":\"boolean\"},{\"type\":\"null\"}],\"description\":\"A key of"
                    + " 'weather', which is looked up unless the row brings its features.\"}"));
    assertThat(row.at("/properties/departure/description").asText())
        .isEqualTo("The time at which the row's features are asked for.");
    assertThat(row.at("/examples/0/carrier").asText()).isEqualTo("UA");
  }

  @Test
  void each_reference_leads_to_a_schema_and_each_operation_has_a_name_of_its_own()
      throws IOException {
    ModelCard iris = Cards.iris();
    ModelCard alike =
        Cards.plain(
            "version-iris",
            iris.manifest().contract().inputs(),
            iris.manifest().contract().outputs());
    JsonNode document = document(Cards.flights(), iris, alike);

    List<String> references =
        document.findValues("$ref").stream().map(JsonNode::asText).distinct().toList();
    assertThat(references).hasSizeGreaterThan(10);
    for (String reference : references) {
      assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue();
    }
    document
        .at("/components/schemas")
        .fieldNames()
        .forEachRemaining(name -> assertThat(name).matches("[A-Z][A-Za-z0-9]*"));
    // So that generators take them as they are.
    assertThat(document.findValuesAsText("operationId"))
        .allMatch(id -> id.matches("[a-z][A-Za-z0-9]*"))
        .doesNotHaveDuplicates()
        .hasSize(1 + 18 + 9)
        .contains("scoreIris", "ofVersionScoreIris", "scoreVersionIris");
    assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.at("/components/securitySchemes/bearer/scheme").asText())
        .isEqualTo("bearer");
  }

  private static Set<ValidationMessage> against(JsonNode document, String schema, byte[] json)
      throws IOException {
    // The schemas of OpenAPI 3.1 are those of JSON Schema 2020-12, referring to the document.
    ObjectNode root = document.deepCopy();
    root.put("$ref", "#/components/schemas/" + schema);
    return JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(root)
        .validate(JSON.readTree(json));
  }

  @Test
  void rows_and_answers_are_what_the_document_says() throws IOException {
    JsonNode document = document(Cards.flights());
    RowAnswer scored =
        new RowAnswer(
            Outcome.SCORED,
            Arrays.asList(Float.NaN, true, 1e-300, "crew"),
            Optional.empty(),
            List.of("no-row:planes"),
            List.of(
                new ViewAnswer("weather", Standing.MATCHED, OptionalLong.of(0), List.of("temp")),
                new ViewAnswer("planes", Standing.NOT_ASKED, OptionalLong.empty(), List.of())));
    RowAnswer rejected =
        new RowAnswer(
            Outcome.REJECTED,
            Arrays.asList(null, null, null, null),
            Optional.of(new Rejection(Stage.CONTRACT, "distance", "is missing")),
            List.of(),
            scored.views());
    for (RowAnswer row : List.of(scored, rejected)) {
      byte[] answer =
          new RowForm(RequestLimits.DEFAULT)
              .encode(
                  new RowsRequest(new RequestedRows(List.of()), false),
                  new Answers(Cards.flights(), List.of(5L), List.of(row)));
      assertThat(against(document, "FlightDelayAnswer", answer)).isEmpty();
      assertThat(against(document, "FlightDelayRow", answer)).isNotEmpty();
    }
    byte[] example = JSON.writeValueAsBytes(ExampleRow.of(Cards.flights()).orElseThrow());
    assertThat(against(document, "FlightDelayRow", example)).isEmpty();
    assertThat(against(document, "FlightDelayRow", "{}".getBytes(StandardCharsets.UTF_8)))
        .isNotEmpty();
    assertThat(against(document, "RequestError", RowForm.error("no", "r-1", 400))).isEmpty();
    assertThat(against(document, "InferenceError", Metadata.error("no"))).isEmpty();
    assertThat(against(document, "DescribedModel", ModelForm.of(Cards.flights()))).isEmpty();
    assertThat(against(document, "ServedModels", ModelForm.list(List.of(Cards.iris())))).isEmpty();
    assertThat(against(document, "InferenceModel", Metadata.model(Cards.iris(), List.of("1"))))
        .isEmpty();
    assertThat(against(document, "InferenceServer", Metadata.server("1", List.of()))).isEmpty();
  }

  @Test
  void the_paths_are_those_of_both_forms() throws IOException {
    List<String> paths = new ArrayList<>();
    document(Cards.flights()).path("paths").fieldNames().forEachRemaining(paths::add);
    assertThat(paths)
        .containsExactly(
            "/v1/models",
            "/v1/models/flight-delay",
            "/v1/models/flight-delay/score",
            "/v1/models/flight-delay/explain",
            "/v1/models/flight-delay/versions/2013-11",
            "/v1/models/flight-delay/versions/2013-11/score",
            "/v1/models/flight-delay/versions/2013-11/explain",
            "/v2",
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models/{model}",
            "/v2/models/{model}/ready",
            "/v2/models/{model}/infer",
            "/v2/models/{model}/versions/{version}",
            "/v2/models/{model}/versions/{version}/ready",
            "/v2/models/{model}/versions/{version}/infer");
  }

  @Test
  void models_whose_names_fold_together_and_further_versions_have_names_of_their_own()
      throws IOException {
    ModelCard iris = Cards.iris();
    ModelCard older =
        new ModelCard(
            iris.manifest(),
            Cards.DIGEST,
            List.of(),
            false,
            iris.fields(),
            iris.tensors(),
            iris.golden());
    JsonNode schemas =
        document(
                Cards.plain(
                    "a-b.2",
                    iris.manifest().contract().inputs(),
                    iris.manifest().contract().outputs()),
                Cards.plain(
                    "a_b-2",
                    iris.manifest().contract().inputs(),
                    iris.manifest().contract().outputs()),
                Cards.plain(
                    "2nd",
                    iris.manifest().contract().inputs(),
                    iris.manifest().contract().outputs()),
                iris,
                older)
            .at("/components/schemas");
    assertThat(schemas.has("AB2Row")).isTrue();
    assertThat(schemas.has("AB2N2Row")).isTrue();
    assertThat(schemas.has("Model2ndRow")).isTrue();
    assertThat(schemas.has("IrisRow")).isTrue();
    assertThat(schemas.has("IrisV201311Row")).isTrue();
  }
}
