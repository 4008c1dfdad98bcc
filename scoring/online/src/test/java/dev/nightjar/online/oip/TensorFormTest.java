package dev.nightjar.online.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RowAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFormTest {
  private static final TensorForm FORM = new TensorForm(RequestLimits.DEFAULT);
  private static final ModelCard FLIGHTS = Cards.flights();
  private static final ModelCard IRIS = Cards.iris();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** All that two rows need whose features are looked up. */
  private static final String NEEDED =
      tensor("carrier", "[2]", "BYTES", "[\"AA\",\"UA\"]")
          + ","
          + tensor("distance", "[2,1]", "INT64", "[[719],[null]]")
          + ","
          + tensor("departure", "[2]", "INT64", "[1385791200000000,1385791200000001]")
          + ","
          + tensor("origin", "[2]", "INT32", "[1,2]")
          + ","
          + tensor("tail", "[2]", "BYTES", "[\"N1\",\"N2\"]");

  private static String tensor(String name, String shape, String datatype, String data) {
    return String.format(
        "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}",
        name, shape, datatype, data);
  }

  private static byte[] inputs(String tensors) {
    return ("{\"inputs\":[" + tensors + "]}").getBytes(StandardCharsets.UTF_8);
  }

  private static ColumnBatch flights(String more) {
    return FORM.decode(inputs(NEEDED + "," + more), FLIGHTS).rows().parts().get(0).rows();
  }

  private static String message(byte[] body, ModelCard model) {
    try {
      FORM.decode(body, model);
    } catch (RequestException e) {
      return e.getMessage();
    }
    throw new AssertionError("was taken: " + new String(body, StandardCharsets.UTF_8));
  }

  private static String messageOf(String more) {
    return message(inputs(NEEDED + "," + more), FLIGHTS);
  }

  @Test
  void a_tensor_for_each_field_becomes_a_column_of_its_datatype() {
    ColumnBatch rows =
        flights(
            tensor("flight_id", "[2]", "INT64", "[9007199254740993,-9223372036854775808]")
                + ","
                + tensor("night", "[2]", "BOOL", "[true,null]")
                + ","
                + tensor(
                    "boarded", "[2]", "BYTES", "[\"2013-11-30T06:00:00.000001+01:00\",\" \"]"));

    assertThat(rows.column("distance").type()).isEqualTo(DataType.LONG);
    assertThat(rows.column("distance").get(0)).isEqualTo(719L);
    assertThat(rows.column("distance").isNull(1)).isTrue();
    assertThat(rows.column("flight_id").get(0)).isEqualTo(9007199254740993L);
    assertThat(rows.column("flight_id").get(1)).isEqualTo(Long.MIN_VALUE);
    assertThat(rows.column("night").get(0)).isEqualTo(true);
    assertThat(rows.column("night").isNull(1)).isTrue();
    assertThat(rows.column("boarded").get(0))
        .isEqualTo(Timestamps.micros(Instant.parse("2013-11-30T05:00:00.000001Z")));
    assertThat(rows.column("boarded").isNull(1)).as("an empty text is missing").isTrue();
    assertThat(rows.column("departure").type()).isEqualTo(DataType.TIMESTAMP);
    assertThat(rows.column("departure").get(1)).isEqualTo(1385791200000001L);
    assertThat(rows.column("origin").type()).isEqualTo(DataType.INTEGER);
    assertThat(rows.column("seats").isNull(0)).as("optional and absent").isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "shape":[2,1],"datatype":"INT64"|"shape":[1,2],"datatype":"INT64"
          "shape":[2,1],"datatype":"INT64"|"shape":[2,1],"datatype":"BOOL"
          "shape":[2,1],"datatype":"INT64","data":[[719],[null]]|"shape":[1],"datatype":"INT64","data":[719]
          """)
  void a_tensor_that_is_wrong_is_not_said_to_be_absent_too(String right, String wrong) {
    String data = wrong.contains("BOOL") ? "[[true],[null]]" : "[[719,null]]";
    String body = "{\"inputs\":[" + NEEDED.replace(right, wrong) + "]}";
    String sent = wrong.contains("\"data\"") ? body : body.replace("[[719],[null]]", data);
    assertThat(sent).isNotEqualTo("{\"inputs\":[" + NEEDED + "]}");
    assertThat(message(sent.getBytes(StandardCharsets.UTF_8), FLIGHTS))
        .contains("the input 'distance' has ")
        .doesNotContain("absent");
  }

  @Test
  void what_the_model_needs_and_no_tensor_brings_is_named() {
    assertThat(message(inputs(tensor("seats", "[2]", "INT8", "[1,2]")), FLIGHTS))
        .startsWith(
            "the input 'carrier' is absent; the contract rejects a row without it; name it, and"
                + " write null where it is missing; the input 'distance' is absent; ")
        .contains(
            "; the input 'departure' is absent; it is the time at which a row asks",
            "; the input 'origin' is absent; the view 'weather' is looked up by it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "night|[2]|FP64|[1,0]|the input 'night' has the datatype FP64, which cannot become the"
            + " boolean that the field 'night' is; send BOOL",
        "boarded|[2]|FP64|[1,0]|the input 'boarded' has the datatype FP64, which cannot become the"
            + " timestamp that the field 'boarded' is; send BYTES in ISO-8601 with an offset, or"
            + " INT64 in microseconds since 1970",
        "boarded|[2]|BYTES|[\"now\",null]|the input 'boarded', value 0 (0 is the first): \"now\" is"
            + " no time: write ISO-8601 with an offset, such as 2013-11-30T05:00:00Z, or INT64 in"
            + " microseconds since 1970",
        "seats|[2]|INT32|[1,2147483648]|the input 'seats', value 1 (0 is the first): 2147483648 is"
            + " no INT32: write a whole number from -2147483648 to 2147483647",
        "seats|[2]|UINT8|[-1,0]|the input 'seats', value 0 (0 is the first): -1 is no UINT8: write"
            + " a whole number from 0 to 255",
        "seats|[2]|INT64|[1.5,0]|the input 'seats', value 0 (0 is the first): 1.5 is no INT64: it"
            + " has a fraction; write a whole number",
        "seats|[2]|UINT64|[9223372036854775808,0]|the input 'seats', value 0 (0 is the first):"
            + " 9223372036854775808 is no UINT64: write a whole number from 0 to"
            + " 9223372036854775807",
        "fuel|[2]|FP32|[1e39,0]|the input 'fuel', value 0 (0 is the first): 1e39 is no FP32: it is"
            + " beyond the datatype; write a number from -3.4028235E38 to 3.4028235E38",
        "fuel|[2]|FP16|[65505,0]|the input 'fuel', value 0 (0 is the first): 65505 is no FP16: it"
            + " is beyond the datatype; write a number from -65504.0 to 65504.0",
        "fuel|[2]|FP64|[1e400,0]|the input 'fuel', value 0 (0 is the first): 1e400 is no FP64: it"
            + " is beyond the datatype",
        "fuel|[2]|FP64|[\"1\",true]|the input 'fuel', value 0 (0 is the first): \"1\" is no FP64:"
            + " write a number; the input 'fuel', value 1 (0 is the first): true is no FP64",
        "tail2|[2]|BYTES|[\"\",\"\"]|the input 'tail2': the model 'flight-delay' has no such field;"
            + " did you mean 'tail'?",
        "seats|[1]|INT8|[1]|the input 'seats' has 1 rows and the input 'carrier' 2; all tensors of"
            + " a request have the same rows",
        "seats|[1,2]|INT8|[1,2]|the input 'seats' has the shape [1, 2]; the values of a field are"
            + " [rows] or [rows, 1]",
        "seats|[2,1]|INT8|[[1,2]]|the data of the input 'seats' are nested as [1, 2], not as the"
            + " shape [2, 1]",
        "seats|[2]|INT8|[[1],2]|the data of the input 'seats' have values beside arrays",
        "seats|[2]|INT8|[2,[1]]|the data of the input 'seats' have values beside arrays",
        "seats|[2]|INT8|{}|the data of the input 'seats' are no array",
        "seats|[2]|INT8|[{},1]|the data of the input 'seats' hold an object",
        "seats|[2.0]|INT8|[1,2]|inputs[5].shape: 2.0 is no dimension; write whole numbers from 0 to"
            + " 9223372036854775807",
        "seats|2|INT8|[1,2]|inputs[5].shape is no array of whole numbers, such as [2, 4]",
        "seats|[1,1,1,1,1,1,1,1,1]|INT8|[1]|inputs[5].shape has more than 8 dimensions",
        "seats|[2]|INT9|[1,2]|the input 'seats' has the datatype \"INT9\", which the protocol does"
            + " not have; did you mean",
        "carrier|[2]|BYTES|[\"AA\",\"AA\"]|the input 'carrier' stands twice in the inputs; send it"
            + " once",
        "tail|[2]|BYTES|[\"\\ud800\",7]|the input 'tail' stands twice",
      })
  void a_tensor_that_is_none_of_the_model_is_refused_with_the_rule(
      String name, String shape, String datatype, String data, String words) {
    assertThat(messageOf(tensor(name, shape, datatype, data))).startsWith(words);
  }

  @Test
  void texts_have_whole_characters_and_no_other_values() {
    ModelCard plain =
        Cards.plain(
            "plain",
            List.of(Cards.optional("a", DataType.STRING)),
            List.of(dev.nightjar.contract.OutputField.value("b", 0)));
    assertThat(message(inputs(tensor("a", "[2]", "BYTES", "[\"\\udc00\",7]")), plain))
        .isEqualTo(
            "the input 'a', value 0 (0 is the first): \"\\udc00\" is no BYTES: it has half a"
                + " character (an unpaired surrogate); escape both halves; the input 'a', value 1"
                + " (0 is the first): 7 is no BYTES: write a text in quotes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|the body is no object; a request is {\"inputs\"",
        "{}|the body has no inputs; send a tensor for each input of the model",
        "{\"inputs\":[]}|inputs is empty; send a tensor for each input of the model",
        "{\"inputs\":{}}|inputs is no array; write an array of tensors",
        "{\"inputs\":[7]}|inputs[0] is no object; write {\"name\"",
        "{\"inputs\":[{\"name\":7}]}|inputs[0].name is no text; write it in quotes; inputs[0] has"
            + " no shape and no datatype and no data; a tensor has",
        "{\"id\":7,\"inputs\":[]}|the id is no text; write it in quotes; inputs is empty",
        "{\"id\":\"\\ud800\",\"inputs\":[]}|the id has half a character",
        "{\"outputs\":[{\"name\":\"lat\"}]}|the output 'lat' is none of the model 'flight-delay';"
            + " did you mean 'late'?",
        "{\"outputs\":[{\"nam\":\"late\"},7]}|outputs[0] has no name; write {\"name\": …};"
            + " outputs[1] has no name",
        "{\"outputs\":7}|outputs is no array; write [{\"name\": …}, …], or leave it out to get all",
      })
  void a_body_that_is_no_request_is_refused_with_words(String body, String words) {
    assertThat(message(body.getBytes(StandardCharsets.UTF_8), FLIGHTS)).startsWith(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[4611686018427387904,4]",
        "[9223372036854775807,9223372036854775807]",
        "[2305843009213693952,8]",
        "[9223372036854775807]"
      })
  void a_shape_beyond_counting_allocates_nothing(String shape) {
    assertThat(message(inputs(tensor("input-0", shape, "FP32", "[]")), IRIS))
        .startsWith("the data of the input 'input-0' are 0 values, and the shape ");
  }

  @Test
  void more_rows_than_a_request_may_have_are_too_large() {
    TensorForm small = new TensorForm(new RequestLimits(1 << 20, 2, 8, 100));
    String column = tensor("sepal_width", "[3]", "FP32", "[1,2,3]");
    assertThatThrownBy(() -> small.decode(inputs(column), IRIS))
        .hasMessage(
            "the input 'sepal_width' has 3 rows, and a request has at most 2; send the others in"
                + " further requests");
    String matrix = tensor("input-0", "[3,4]", "FP32", "[1,2,3,4,5,6,7,8,9,10,11,12]");
    assertThatThrownBy(() -> small.decode(inputs(matrix), IRIS))
        .hasMessageStartingWith("a tensor has more than 8 values, which are more than the rows")
        .satisfies(
            e ->
                assertThat(((RequestException) e).kind())
                    .isEqualTo(RequestException.Kind.TOO_LARGE));
  }

  @Test
  void one_tensor_of_all_inputs_is_taken_apart_in_the_order_of_the_contract() {
    TensorRequest request =
        FORM.decode(inputs(tensor("input-0", "[2,4]", "FP32", "[[1,2,3,4],[5,6,7,8]]")), IRIS);
    ColumnBatch rows = request.rows().parts().get(0).rows();

    assertThat(request.isMatrix()).isTrue();
    assertThat(request.outputs()).containsExactly("output-0");
    assertThat(rows.column("sepal_width").get(1)).isEqualTo(6f);
    assertThat(rows.column("petal_width").get(0)).isEqualTo(4f);

    TensorRequest columns = FORM.decode(inputs(tensor("sepal_width", "[1]", "FP32", "[2]")), IRIS);
    assertThat(columns.isMatrix()).isFalse();
    assertThat(columns.outputs()).containsExactly("setosa", "versicolor", "virginica");
    assertThat(
            message(
                inputs(
                    tensor("input-0", "[1,4]", "FP32", "[1,2,3,4]")
                        + ","
                        + tensor("sepal_width", "[1]", "FP32", "[2]")),
                IRIS))
        .isEqualTo(
            "the input 'input-0' has all inputs of the model, and 1 more tensors stand beside it;"
                + " send it alone, or one tensor for each input");
    assertThat(message(inputs(tensor("input-0", "[4]", "FP32", "[1,2,3,4]")), IRIS))
        .isEqualTo(
            "the input 'input-0' has the shape [4]; the rows of this model are [rows, 4]:"
                + " sepal_length, sepal_width, petal_length, petal_width");
  }

  private static RowAnswer scored(float late) {
    return new RowAnswer(
        Outcome.SCORED,
        Arrays.asList(late, true, 0.1, "crew"),
        Optional.empty(),
        List.of("imputed:temp", "no-row:planes"),
        List.of());
  }

  private static final RowAnswer REJECTED =
      new RowAnswer(
          Outcome.REJECTED,
          Arrays.asList(null, null, null, null),
          Optional.of(new Rejection(Stage.CONTRACT, "distance", "is missing")),
          List.of(),
          List.of());

  private static TensorRequest request(String outputs) {
    String body = "{\"id\":\"r1\",\"outputs\":" + outputs + ",\"inputs\":[" + NEEDED + "]}";
    return FORM.decode(body.getBytes(StandardCharsets.UTF_8), FLIGHTS);
  }

  private static JsonNode encoded(TensorRequest request, RowAnswer... rows) throws IOException {
    return JSON.readTree(FORM.encode(request, new Answers(FLIGHTS, List.of(), List.of(rows))));
  }

  @Test
  void each_output_is_a_tensor_when_none_is_asked_for() throws IOException {
    assertThat(encoded(request("[]"), scored(0.1f), scored(1f)))
        .isEqualTo(
            JSON.readTree(
                "{\"model_name\":\"flight-delay\",\"model_version\":\"2013-11\",\"id\":\"r1\","
                    + "\"outputs\":["
                    + "{\"name\":\"late\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[0.1,1.0]},"
                    + "{\"name\":\"late_label\",\"shape\":[2],\"datatype\":\"BOOL\","
                    + "\"data\":[true,true]},"
                    + "{\"name\":\"minutes\",\"shape\":[2],\"datatype\":\"FP64\","
                    + "\"data\":[0.1,0.1]},"
                    + "{\"name\":\"cause\",\"shape\":[2],\"datatype\":\"BYTES\","
                    + "\"data\":[\"crew\",\"crew\"]}]}"));
  }

  @Test
  void a_row_without_a_score_fails_the_request_unless_outcomes_are_asked_for() throws IOException {
    assertThatThrownBy(() -> encoded(request("[]"), scored(1f), REJECTED))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "row 1 is rejected at contract: field 'distance': is missing; ask for the output"
                + " '_nightjar_outcome' to get the other rows");
    RowAnswer filtered =
        new RowAnswer(
            Outcome.FILTERED,
            Arrays.asList(null, null, null, null),
            Optional.empty(),
            List.of(),
            List.of());
    assertThatThrownBy(() -> encoded(request("[{\"name\":\"late\"}]"), filtered))
        .hasMessageStartingWith("row 0 is filtered by the model's own transform; ask for");

    String asked =
        "[{\"name\":\"late\",\"parameters\":{\"a\":[1]}},{\"name\":\"_nightjar_outcome\"},"
            + "{\"name\":\"_nightjar_flags\"},{\"name\":\"_nightjar_reason\"},"
            + "{\"name\":\"late\"}]";
    assertThat(encoded(request(asked), scored(1f), REJECTED).path("outputs"))
        .isEqualTo(
            JSON.readTree(
                "[{\"name\":\"late\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1.0,null]},"
                    + "{\"name\":\"_nightjar_outcome\",\"shape\":[2],\"datatype\":\"BYTES\","
                    + "\"data\":[\"scored\",\"rejected\"]},"
                    + "{\"name\":\"_nightjar_flags\",\"shape\":[2],\"datatype\":\"BYTES\","
                    + "\"data\":[\"imputed:temp,no-row:planes\",\"\"]},"
                    + "{\"name\":\"_nightjar_reason\",\"shape\":[2],\"datatype\":\"BYTES\","
                    + "\"data\":[null,\"contract: field 'distance': is missing\"]}]"));
  }
}
