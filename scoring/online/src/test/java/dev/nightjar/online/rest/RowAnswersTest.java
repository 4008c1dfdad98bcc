package dev.nightjar.online.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.feature.ViewAnswer.Standing;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.Cards;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.request.RowAnswer;
import dev.nightjar.online.request.Traced;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RowAnswersTest {
  private static final RowForm FORM = new RowForm(RequestLimits.DEFAULT);
  private static final ModelCard FLIGHTS = Cards.flights();
  private static final ObjectMapper JSON = new ObjectMapper();

  private static RowAnswer scored(Float late, Double minutes, List<ViewAnswer> views) {
    return new RowAnswer(
        Outcome.SCORED,
        Arrays.asList(late, false, minutes, "crew"),
        Optional.empty(),
        List.of("imputed:temp"),
        views);
  }

  private static JsonNode encoded(boolean isMany, RowAnswer... rows) throws IOException {
    long asOf = Timestamps.micros(Instant.parse("2013-11-30T06:00:00Z"));
    Answers answers =
        new Answers(FLIGHTS, List.of(asOf, asOf).subList(0, rows.length), List.of(rows));
    RowsRequest request = new RowsRequest(new RequestedRows(List.of()), isMany);
    return JSON.readTree(FORM.encode(request, answers));
  }

  @Test
  void a_scored_row_has_its_outputs_and_where_its_features_came_from() throws IOException {
    long observed = Timestamps.micros(Instant.parse("2013-11-30T05:51:00Z"));
    JsonNode answer =
        encoded(
            false,
            scored(
                0.1f,
                0.1,
                List.of(
                    new ViewAnswer(
                        "weather", Standing.MATCHED, OptionalLong.of(observed), List.of("temp")),
                    new ViewAnswer(
                        "planes", Standing.NOT_ASKED, OptionalLong.empty(), List.of()))));

    assertThat(answer)
        .isEqualTo(
            JSON.readTree(
                "{\"outcome\":\"scored\",\"outputs\":{\"late\":0.1,\"late_label\":false,"
                    + "\"minutes\":0.1,\"cause\":\"crew\"},\"flags\":[\"imputed:temp\"],"
                    + "\"features\":{\"weather\":{\"standing\":\"matched\","
                    + "\"event-time\":\"2013-11-30T05:51:00Z\",\"age-seconds\":540.0,"
                    + "\"provided\":[\"temp\"]},\"planes\":{\"standing\":\"not-asked\","
                    + "\"provided\":[]}},\"model\":\"flight-delay\",\"version\":\"2013-11\","
                    + "\"bundle\":\""
                    + Cards.DIGEST
                    + "\"}"));
  }

  @Test
  void rows_without_a_score_say_why() throws IOException {
    RowAnswer rejected =
        new RowAnswer(
            Outcome.REJECTED,
            Arrays.asList(null, null, null, null),
            Optional.of(new Rejection(Stage.CONTRACT, "distance", "is missing \ud800")),
            List.of(),
            List.of());
    RowAnswer filtered =
        new RowAnswer(
            Outcome.FILTERED,
            Arrays.asList(null, null, null, null),
            Optional.empty(),
            List.of(),
            List.of());

    JsonNode answers = encoded(true, rejected, filtered);

    assertThat(answers.get(0).path("rejection"))
        .isEqualTo(
            JSON.readTree(
                "{\"stage\":\"contract\",\"field\":\"distance\",\"reason\":\"is missing"
                    + " \ufffd\"}"));
    assertThat(answers.get(0).has("outputs")).isFalse();
    assertThat(answers.get(0).has("features")).isFalse();
    assertThat(answers.get(1).path("outcome").asText()).isEqualTo("filtered");
    assertThat(answers.get(1).has("rejection")).isFalse();
    assertThat(encoded(true).isEmpty()).isTrue();
  }

  @Test
  void what_is_not_finite_is_null_and_never_a_token_that_json_does_not_have() throws IOException {
    JsonNode outputs =
        encoded(false, scored(Float.NaN, Double.POSITIVE_INFINITY, List.of())).path("outputs");
    assertThat(outputs.path("late").isNull()).isTrue();
    assertThat(outputs.path("minutes").isNull()).isTrue();
  }

  @Test
  void an_explanation_is_the_answer_and_what_every_stage_made_of_the_row() throws IOException {
    Map<String, Object> joined = new HashMap<>();
    joined.put("carrier", "AA");
    joined.put("boarded", 1_385_787_600_000_000L);
    joined.put("origin", "JFK"); // a key, which the contract does not see
    joined.put("_nightjar_as_of", 1_385_787_600_000_000L); // put there for the look-up
    GoldenRow trace =
        new GoldenRow(
            joined,
            List.of(),
            StageValues.scored(
                new double[] {1, Double.NaN}, new float[] {0.1f, -2}, new float[] {0.25f}),
            Map.of());
    Answers answers = new Answers(FLIGHTS, List.of(0L), List.of(scored(0.5f, 1.0, List.of())));

    JsonNode explained = JSON.readTree(FORM.explained(new Traced(answers, Optional.of(trace))));

    assertThat(explained.path("outcome").asText()).isEqualTo("scored");
    assertThat(explained.at("/outputs/late").asDouble()).isEqualTo(0.5);
    JsonNode stages = explained.path("stages");
    assertThat(stages.at("/joined/carrier").asText()).isEqualTo("AA");
    assertThat(stages.at("/joined/boarded").asText()).isEqualTo("2013-11-30T05:00:00Z");
    assertThat(stages.at("/joined/origin").asText()).isEqualTo("JFK");
    assertThat(stages.path("joined").has("_nightjar_as_of")).isFalse();
    assertThat(stages.path("transform"))
        .isEqualTo(JSON.readTree("{\"carrier\":1.0,\"distance\":null}"));
    assertThat(stages.path("normalize"))
        .isEqualTo(JSON.readTree("{\"carrier\":0.1,\"distance\":-2.0}"));
    assertThat(stages.path("model")).isEqualTo(JSON.readTree("[0.25]"));
  }

  @Test
  void errors_have_their_own_form() throws IOException {
    assertThat(JSON.readTree(RowForm.error("a \"b\"", "r-1", 400)))
        .isEqualTo(
            JSON.readTree(
                "{\"error\":{\"status\":400,\"message\":\"a \\\"b\\\"\",\"request-id\":\"r-1\"}}"));
  }
}
