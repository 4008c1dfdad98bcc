package dev.nightjar.bench.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bench.load.Connection;
import dev.nightjar.bench.load.Message;
import dev.nightjar.bench.work.OnlineWork;
import dev.nightjar.bench.work.Workload;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.Results;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunResult;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The JVM that makes what is served, and holds the endpoint's answers against a run. */
public final class OnlineWorker {
  private static final int ROWS_A_REQUEST = 1_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int OK = 200;

  private final Path folder;
  private final SparkSession spark = Session.open();
  private final ObjectMapper mapper = new ObjectMapper();

  /**
   * @param folder of the projects, each in a folder with the name of its workload
   */
  public OnlineWorker(Path folder) {
    this.folder = folder;
  }

  /** What became of a row. */
  private record Outcome(String outcome, List<Double> outputs, List<String> flags, String why) {
    boolean isAs(Outcome run) {
      return outcome.equals(run.outcome)
          && flags.equals(run.flags)
          && why.equals(run.why)
          && outputs.size() == run.outputs.size()
          && holds(run.outputs);
    }

    private boolean holds(List<Double> reference) {
      for (int i = 0; i < outputs.size(); i++) {
        if (!Tolerance.DEFAULT.holds(outputs.get(i), reference.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /** Answers requests over the folder that is the one argument. */
  public static void main(String[] arguments) throws IOException {
    OnlineWorker worker = new OnlineWorker(Path.of(arguments[0]));
    RequestLoop.serve(worker::run);
  }

  /** Does what a request says: its name and the workload, then numbers of rows, or an address. */
  public Map<String, Double> run(List<String> words) throws IOException {
    OnlineWork work = new OnlineWork(folder.resolve(words.get(1)), words.get(1));
    return switch (words.get(0)) {
      case "prepare" -> {
        work.write(spark, Long.parseLong(words.get(2)), Integer.parseInt(words.get(3)));
        yield Map.of();
      }
      case "together" -> new RowsTogether(work.bundle(spark)).measure();
      case "run" -> run(work);
      case "compare" -> compare(work, URI.create(words.get(2)));
      default -> throw new IllegalArgumentException("there is no request " + words);
    };
  }

  private Map<String, Double> run(OnlineWork work) {
    Folders.remove(work.output());
    RunResult result =
        new JobRunner(spark, Clock.systemUTC(), new RunListener() {})
            .run(work.job(), work.interval());
    if (result.exit() != ExitCode.PUBLISHED) {
      throw new IllegalStateException("the run was not published: " + result.record().ending());
    }
    return Map.of();
  }

  /** Sends every row of the input and counts the answers that are not what the run has written. */
  private Map<String, Double> compare(OnlineWork work, URI endpoint) throws IOException {
    Map<Long, Outcome> written = written(work);
    List<Row> rows = work.input(spark).collectAsList();
    if (written.size() != rows.size()) {
      throw new IllegalStateException(
          "the run has written " + written.size() + " rows of " + rows.size());
    }
    Map<String, Double> counts =
        new HashMap<>(Map.of("differing", 0.0, "rejected", 0.0, "flagged", 0.0));
    try (Connection connection = new Connection(endpoint, LIMIT)) {
      for (int from = 0; from < rows.size(); from += ROWS_A_REQUEST) {
        List<Row> some = rows.subList(from, Math.min(from + ROWS_A_REQUEST, rows.size()));
        List<Outcome> answers = answers(connection, work, some);
        for (int i = 0; i < some.size(); i++) {
          Outcome run = written.get(some.get(i).<Long>getAs(Workload.ID));
          count(counts, "differing", run == null || !answers.get(i).isAs(run));
          count(counts, "rejected", answers.get(i).outcome().equals("rejected"));
          count(counts, "flagged", !answers.get(i).flags().isEmpty());
        }
      }
    }
    counts.put("rows", (double) rows.size());
    return counts;
  }

  private static void count(Map<String, Double> counts, String name, boolean isOne) {
    counts.merge(name, isOne ? 1.0 : 0.0, Double::sum);
  }

  private List<Outcome> answers(Connection connection, OnlineWork work, List<Row> rows)
      throws IOException {
    String body = rows.stream().map(work::json).collect(Collectors.joining(",", "[", "]"));
    Connection.Reply reply =
        connection.send(
            Message.json(
                "/v1/models/" + work.model() + "/score", body.getBytes(StandardCharsets.UTF_8)));
    if (reply.status() != OK) {
      throw new IllegalStateException(
          "the endpoint answered with " + reply.status() + ": " + reply.body());
    }
    List<Outcome> answers = new ArrayList<>();
    for (JsonNode answer : mapper.readTree(reply.body())) {
      answers.add(answered(answer));
    }
    if (answers.size() != rows.size()) {
      throw new IllegalStateException(answers.size() + " answers to " + rows.size() + " rows");
    }
    return answers;
  }

  private static Outcome answered(JsonNode answer) {
    List<Double> outputs = new ArrayList<>();
    JsonNode score = answer.path("outputs").path(Workload.SCORE);
    if (score.isNumber()) {
      outputs.add(score.doubleValue());
    }
    List<String> flags = new ArrayList<>();
    answer.path("flags").forEach(flag -> flags.add(flag.asText()));
    JsonNode why = answer.path("rejection");
    return new Outcome(
        answer.path("outcome").asText(),
        outputs,
        flags,
        why.isMissingNode() || why.isNull()
            ? ""
            : why(
                why.path("stage").asText(),
                why.path("field").asText(),
                why.path("reason").asText()));
  }

  private static String why(String stage, String field, String reason) {
    return stage + " " + field + ": " + reason;
  }

  private Map<Long, Outcome> written(OnlineWork work) {
    Map<Long, Outcome> written = new HashMap<>();
    Results results = Results.at(spark, work.output().toString());
    for (Row row : results.scored().collectAsList()) {
      Number score = row.getAs(Workload.SCORE);
      written.put(
          row.getAs(Workload.ID),
          new Outcome(
              "scored",
              List.of(score.doubleValue()),
              row.getList(row.fieldIndex(ReservedColumns.FLAGS)),
              ""));
    }
    for (Row row : results.filtered().collectAsList()) {
      written.put(row.getAs(Workload.ID), new Outcome("filtered", List.of(), flags(row), ""));
    }
    for (Row row : results.quarantine().collectAsList()) {
      Row why = row.getAs(ReservedColumns.REJECTION);
      written.put(
          row.getAs(Workload.ID),
          new Outcome(
              "rejected",
              List.of(),
              flags(row),
              why(why.getString(0), why.getString(1), why.getString(2))));
    }
    return written;
  }

  private static List<String> flags(Row row) {
    return List.of(row.schema().fieldNames()).contains(ReservedColumns.FLAGS)
        ? row.getList(row.fieldIndex(ReservedColumns.FLAGS))
        : List.of();
  }
}
