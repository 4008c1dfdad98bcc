package dev.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas that editors use take what the readers take. */
class SchemaTest {
  private static final Path CONF =
      Path.of(System.getProperty("nightjar.root", "../..")).resolve("conf").toAbsolutePath();
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({
    "project, project",
    "redis-project, project",
    "postgresql-project, project",
    "job, job",
    "view, view",
    "endpoint, endpoint",
    "contract, contract"
  })
  void the_reference_keeps_to_the_schema(String section, String kind) throws IOException {
    JsonNode reference = yaml(CONF.resolve("reference.yaml")).get(section);

    assertThat(problems(kind, reference)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "job, nycflights13/conf/jobs/arrival-delay.yaml",
    "view, nycflights13/conf/views/weather.yaml",
    "view, nycflights13/conf/views/planes.yaml",
    "view, nycflights13/conf/views/departures.yaml",
    "contract, nycflights13/conf/contracts/arrival-delay.yaml"
  })
  void real_files_keep_to_the_schema(String kind, String file) throws IOException {
    assertThat(problems(kind, yaml(CONF.resolve(file)))).isEmpty();
  }

  @Test
  void an_unknown_key_and_a_missing_one_break_it() {
    JsonNode job = JSON.valueToTree(Map.of("job", "x", "inputs", List.of()));

    assertThat(problems("job", job))
        .extracting(ValidationMessage::getMessage)
        .anyMatch(text -> text.contains("inputs"))
        .anyMatch(text -> text.contains("zone"));
  }

  @Test
  void a_layout_has_the_sizes_of_its_kind_and_no_others() {
    Map<String, Object> image = Map.of("kind", "image", "channels", 1, "height", 2, "width", 3);
    assertThat(problems("contract", contract(image))).isEmpty();
    assertThat(problems("contract", contract(Map.of("output", "all")))).isEmpty();
    assertThat(problems("contract", contract(Map.of("kind", "sequence", "steps", 1)))).isNotEmpty();
    assertThat(problems("contract", contract(Map.of("kind", "rows", "steps", 1)))).isNotEmpty();
    assertThat(problems("contract", contract(Map.of("kind", "cube")))).isNotEmpty();
  }

  private static JsonNode contract(Map<String, Object> layout) {
    return JSON.valueToTree(
        Map.of(
            "inputs", Map.of("x", Map.of("type", "double")),
            "outputs", Map.of("y", Map.of("of", "value")),
            "layout", layout));
  }

  private static Set<ValidationMessage> problems(String kind, JsonNode document) {
    Path file = CONF.resolve("schema").resolve(kind + ".schema.json");
    try (InputStream in = Files.newInputStream(file)) {
      JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
      return schema.validate(document);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode yaml(Path file) throws IOException {
    Object document =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    return JSON.valueToTree(document);
  }
}
