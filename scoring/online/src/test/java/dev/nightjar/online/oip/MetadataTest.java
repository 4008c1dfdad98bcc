package dev.nightjar.online.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.online.request.Cards;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode json(byte[] bytes) throws IOException {
    return JSON.readTree(bytes);
  }

  @Test
  void a_model_of_columns_has_a_tensor_for_each_field() throws IOException {
    JsonNode model = json(Metadata.model(Cards.flights(), List.of("2013-11", "2013-10")));
    assertThat(model.path("name").asText()).isEqualTo("flight-delay");
    assertThat(model.path("versions")).isEqualTo(JSON.readTree("[\"2013-11\",\"2013-10\"]"));
    assertThat(model.path("platform").asText()).isEqualTo("deeplearning4j_zip");
    assertThat(model.path("inputs"))
        .isEqualTo(
            JSON.readTree(
                "["
                    + String.join(
                        ",",
                        declared("carrier", "BYTES"),
                        declared("distance", "FP64"),
                        declared("seats", "INT32"),
                        declared("flight_id", "INT64"),
                        declared("fuel", "FP32"),
                        declared("tail", "BYTES"),
                        declared("night", "BOOL"),
                        declared("boarded", "BYTES"),
                        declared("temp", "FP64"),
                        declared("wind", "FP32"),
                        declared("built", "INT32"),
                        declared("origin", "BYTES"),
                        declared("departure", "BYTES"))
                    + "]"));
    assertThat(model.path("outputs").get(1))
        .isEqualTo(JSON.readTree("{\"name\":\"late_label\",\"datatype\":\"BOOL\",\"shape\":[-1]}"));
  }

  private static String declared(String name, String datatype) {
    return "{\"name\":\"" + name + "\",\"datatype\":\"" + datatype + "\",\"shape\":[-1]}";
  }

  @Test
  void a_model_of_a_matrix_has_the_two_tensors() throws IOException {
    JsonNode model = json(Metadata.model(Cards.iris(), List.of("2013-11")));
    assertThat(model.path("inputs"))
        .isEqualTo(
            JSON.readTree("[{\"name\":\"input-0\",\"datatype\":\"FP32\",\"shape\":[-1,4]}]"));
    assertThat(model.path("outputs"))
        .isEqualTo(
            JSON.readTree("[{\"name\":\"output-0\",\"datatype\":\"FP32\",\"shape\":[-1,3]}]"));
  }

  @Test
  void the_server_and_its_states() throws IOException {
    assertThat(json(Metadata.live())).isEqualTo(JSON.readTree("{\"live\":true}"));
    assertThat(json(Metadata.ready(false)))
        .isEqualTo(JSON.readTree("{\"live\":true,\"ready\":false}"));
    assertThat(json(Metadata.modelReady("iris", true)))
        .isEqualTo(JSON.readTree("{\"name\":\"iris\",\"ready\":true}"));
    assertThat(json(Metadata.server("0.1", List.of())))
        .isEqualTo(JSON.readTree("{\"name\":\"nightjar\",\"version\":\"0.1\",\"extensions\":[]}"));
    assertThat(json(Metadata.models(List.of("iris"))))
        .isEqualTo(JSON.readTree("{\"models\":[\"iris\"]}"));
    assertThat(
            json(
                Metadata.index(
                    List.of(
                        new Metadata.Indexed("iris", "1", true, ""),
                        new Metadata.Indexed("iris", "2", false, "it is loading")))))
        .isEqualTo(
            JSON.readTree(
                "[{\"name\":\"iris\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"},"
                    + "{\"name\":\"iris\",\"version\":\"2\",\"state\":\"UNAVAILABLE\","
                    + "\"reason\":\"it is loading\"}]"));
    assertThat(json(Metadata.error("no \ud800")))
        .isEqualTo(JSON.readTree("{\"error\":\"no \ufffd\"}"));
  }
}
