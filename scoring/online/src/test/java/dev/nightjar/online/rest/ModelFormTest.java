package dev.nightjar.online.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.RequestLimits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelFormTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_model_tells_its_identity_contract_and_views() throws IOException {
    JsonNode model = JSON.readTree(ModelForm.of(Cards.flights()));

    assertThat(model.path("name").asText()).isEqualTo("flight-delay");
    assertThat(model.path("version").asText()).isEqualTo("2013-11");
    assertThat(model.path("bundle").asText()).isEqualTo(Cards.DIGEST);
    assertThat(model.path("aliases")).isEqualTo(JSON.readTree("[\"champion\"]"));
    assertThat(model.path("created").asText()).isEqualTo("2013-11-30T05:00:00Z");
    assertThat(model.path("engine").asText()).isEqualTo("onnx");
    assertThat(model.path("as-of").asText()).isEqualTo("departure");
    assertThat(model.path("inputs").get(0))
        .isEqualTo(
            JSON.readTree(
                "{\"name\":\"carrier\",\"type\":\"category\",\"values\":[\"AA\",\"UA\"],"
                    + "\"on-unknown\":\"flag\",\"on-missing\":\"reject\","
                    + "\"on-invalid\":\"reject\"}"));
    assertThat(model.path("inputs").get(1).path("range")).isEqualTo(JSON.readTree("[0.0,20000.0]"));
    assertThat(model.path("views").get(0))
        .isEqualTo(
            JSON.readTree(
                "{\"name\":\"weather\",\"keys\":[\"origin\"],\"event-time\":\"observed\","
                    + "\"available-after\":\"20m\",\"max-age\":\"3h\",\"boundary\":\"inclusive\","
                    + "\"on-tie\":\"reject\",\"nulls\":\"latest-row\",\"features\":["
                    + "{\"name\":\"temp\",\"type\":\"double\",\"default\":10.5},"
                    + "{\"name\":\"wind\",\"type\":\"float\"}]}"));
    assertThat(model.path("outputs").get(0))
        .isEqualTo(
            JSON.readTree(
                "{\"name\":\"late\",\"type\":\"float\",\"of\":\"probability\",\"unit\":0,"
                    + "\"threshold\":0.5}"));
    assertThat(model.path("outputs").get(2).path("classes"))
        .isEqualTo(JSON.readTree("[\"weather\",\"crew\"]"));
  }

  @Test
  void its_example_is_a_row_that_is_taken_as_it_stands() throws IOException {
    JsonNode example = JSON.readTree(ModelForm.of(Cards.flights())).path("example");

    assertThat(example)
        .isEqualTo(
            JSON.readTree(
                "{\"carrier\":\"UA\",\"distance\":719.0,\"seats\":null,\"flight_id\":null,"
                    + "\"fuel\":null,\"tail\":\"N12345\",\"night\":null,"
                    + "\"boarded\":\"2013-11-30T05:00:00Z\",\"temp\":4.5,\"wind\":null,"
                    + "\"built\":null,\"origin\":\"\",\"departure\":\"2013-11-30T05:00:00Z\"}"));
    ColumnBatch row =
        new RowForm(RequestLimits.DEFAULT)
            .decode(JSON.writeValueAsBytes(example), Cards.flights())
            .rows()
            .parts()
            .get(0)
            .rows();
    assertThat(row.column("distance").get(0)).isEqualTo(719.0);
  }

  @Test
  void a_model_of_one_tensor_names_both_and_has_no_example_without_golden_rows()
      throws IOException {
    JsonNode model = JSON.readTree(ModelForm.of(Cards.iris()));
    assertThat(model.path("tensors"))
        .isEqualTo(JSON.readTree("{\"input\":\"input-0\",\"output\":\"output-0\"}"));
    assertThat(model.has("example")).isFalse();
    assertThat(model.has("as-of")).isFalse();
    assertThat(model.path("views").isEmpty()).isTrue();
  }

  @Test
  void the_list_has_what_tells_models_apart() throws IOException {
    JsonNode list = JSON.readTree(ModelForm.list(List.of(Cards.flights(), Cards.iris())));
    assertThat(list.path("models").get(1))
        .isEqualTo(
            JSON.readTree(
                "{\"name\":\"iris\",\"version\":\"2013-11\",\"bundle\":\""
                    + Cards.DIGEST
                    + "\",\"aliases\":[\"champion\"],\"default\":true}"));
  }
}
