package dev.nightjar.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code golden.json}. Numbers are written so that reading gives back the same bits;
 * NaN and the infinities are written as texts.
 *
 * @param inputs the columns of the rows' inputs, in the types in which they came
 * @param rows at least one
 */
public record GoldenRows(Schema inputs, List<GoldenRow> rows) {
  private static final int FORMAT = 1;
  private static final int DEEPEST = 4;

  /** Stands in place of an outcome where that is not known. */
  private static final String KNOWN_UNTIL = "known-until";

  /** Values, names and brackets; each costs memory until its row is made. */
  private static final int MOST_TOKENS_OF_A_ROW = 250_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  public GoldenRows {
    rows = List.copyOf(rows);
  }

  /** The rows' inputs, in the types in which they came. */
  public ColumnBatch columns() {
    ColumnBatch.Builder columns = ColumnBatch.builder(inputs);
    for (GoldenRow row : rows) {
      columns.row(inputs.names().stream().map(row.input()::get).toArray());
    }
    return columns.build();
  }

  /** The bytes of {@code golden.json}. */
  public byte[] toBytes() {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    ObjectNode columns = root.putObject("inputs");
    inputs.fields().forEach(field -> columns.put(field.name(), field.type().word()));
    ArrayNode list = root.putArray("rows");
    rows.forEach(row -> list.add(toJson(row)));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  private static ObjectNode toJson(GoldenRow row) {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode input = json.putObject("input");
    row.input().forEach((name, value) -> put(input, name, value));
    ArrayNode flags = json.putArray("flags");
    row.flags().forEach(flags::add);
    StageValues values = row.values();
    if (row.isWhole()) {
      json.put("outcome", values.outcome().word());
    } else {
      json.put(KNOWN_UNTIL, row.last().word());
    }
    values
        .rejection()
        .ifPresent(
            rejection -> {
              ObjectNode node = json.putObject("rejection");
              node.put("stage", rejection.stage().word());
              node.put("field", rejection.field());
              node.put("reason", rejection.reason());
            });
    ArrayNode transformed = json.putArray("transform");
    for (double value : values.transformed()) {
      transformed.add(value);
    }
    addAll(json.putArray("normalize"), values.normalized());
    addAll(json.putArray("model"), values.activations());
    ObjectNode outputs = json.putObject("post");
    row.outputs().forEach((name, value) -> put(outputs, name, value));
    return json;
  }

  private static void addAll(ArrayNode array, float[] values) {
    for (float value : values) {
      array.add(value);
    }
  }

  private static void put(ObjectNode node, String name, @Nullable Object value) {
    if (value == null) {
      node.putNull(name);
    } else if (value instanceof Double number) {
      node.put(name, number);
    } else if (value instanceof Float number) {
      node.put(name, number);
    } else if (value instanceof Long number) {
      node.put(name, number);
    } else if (value instanceof Integer number) {
      node.put(name, number);
    } else if (value instanceof Boolean truth) {
      node.put(name, truth);
    } else {
      node.put(name, value.toString());
    }
  }

  /**
   * The rows that the bytes of {@code golden.json} hold.
   *
   * @throws BundleException when they are damaged or of a newer format
   */
  public static GoldenRows parse(String origin, byte[] bytes, Contract contract) {
    String file = origin + "/" + BundleFiles.GOLDEN;
    try (OneByOne in = new OneByOne(JSON.createParser(bytes))) {
      Schema inputs = parseHead(file, in);
      List<GoldenRow> rows = new ArrayList<>();
      while (in.nextToken() == JsonToken.START_OBJECT) {
        rows.add(parseRow(in.readTree(), inputs, contract.outputSchema()));
      }
      if (rows.isEmpty()) {
        throw new BundleException(file + " holds no golden rows; package the model again");
      }
      return new GoldenRows(inputs, rows);
    } catch (IOException | IllegalArgumentException e) {
      throw new BundleException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What stands before the rows: format and inputs. */
  private static Schema parseHead(String file, OneByOne in) throws IOException {
    Schema inputs = Schema.of(List.of());
    in.nextToken();
    for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
      in.nextToken();
      switch (key) {
        case "format" -> {
          if (in.getValueAsInt() != FORMAT) {
            throw new BundleException(
                file + " has the format " + in.getText() + "; this Nightjar reads " + FORMAT);
          }
        }
        case "inputs" -> inputs = parseSchema(in.readTree());
        case "rows" -> {
          return inputs;
        }
        default -> in.skipChildren();
      }
    }
    throw new IOException("it has no rows");
  }

  /** Makes one tree at a time, and none that is large: there may be many rows. */
  private static final class OneByOne extends JsonParserDelegate {
    private long tokens;

    OneByOne(JsonParser in) {
      super(in);
    }

    JsonNode readTree() throws IOException {
      tokens = 0;
      return JSON.readTree(this);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      tokens++;
      if (tokens > MOST_TOKENS_OF_A_ROW) {
        throw new IOException("a row has more than " + MOST_TOKENS_OF_A_ROW + " values");
      }
      return super.nextToken();
    }
  }

  private static Schema parseSchema(JsonNode columns) {
    List<Field> fields = new ArrayList<>();
    columns
        .properties()
        .forEach(
            column ->
                fields.add(
                    new Field(
                        column.getKey(),
                        DataType.of(column.getValue().asText())
                            .orElseThrow(
                                () ->
                                    new IllegalArgumentException(
                                        "the type of the input " + column.getKey())))));
    return Schema.of(fields);
  }

  private static GoldenRow parseRow(JsonNode row, Schema inputs, Schema outputs) {
    List<String> flags = new ArrayList<>();
    row.path("flags").forEach(flag -> flags.add(flag.asText()));
    if (row.has(KNOWN_UNTIL)) {
      return parseOpen(row, inputs, flags);
    }
    Outcome outcome = Outcome.valueOf(row.path("outcome").asText().toUpperCase(Locale.ROOT));
    JsonNode rejection = row.path("rejection");
    Optional<Rejection> rejected =
        rejection.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new Rejection(
                    Stage.valueOf(rejection.path("stage").asText().toUpperCase(Locale.ROOT)),
                    rejection.path("field").asText(),
                    rejection.path("reason").asText()));
    StageValues values =
        new StageValues(
            outcome,
            rejected,
            doubles(row.path("transform")),
            floats(row.path("normalize")),
            floats(row.path("model")));
    return new GoldenRow(
        values(row.path("input"), inputs), flags, values, values(row.path("post"), outputs));
  }

  private static GoldenRow parseOpen(JsonNode row, Schema inputs, List<String> flags) {
    if (!row.path(KNOWN_UNTIL).asText().equals(Stage.NORMALIZE.word()) || row.has("outcome")) {
      throw new IllegalArgumentException(
          "a row is known until '" + row.path(KNOWN_UNTIL).asText() + "', or has an outcome too");
    }
    StageValues values =
        StageValues.scored(
            doubles(row.path("transform")), floats(row.path("normalize")), new float[0]);
    return new GoldenRow(
        values(row.path("input"), inputs), flags, values, Map.of(), Stage.NORMALIZE);
  }

  private static Map<String, @Nullable Object> values(JsonNode node, Schema schema) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      if (node.has(field.name())) {
        values.put(field.name(), value(node.path(field.name()), field.type()));
      }
    }
    return values;
  }

  private static @Nullable Object value(JsonNode node, DataType type) {
    if (node.isNull()) {
      return null;
    }
    return switch (type) {
      case BOOLEAN -> node.booleanValue();
      case INTEGER -> node.intValue();
      case LONG, TIMESTAMP -> node.longValue();
      case FLOAT -> Float.valueOf(node.asText());
      case DOUBLE -> Double.valueOf(node.asText());
      case STRING -> node.asText();
    };
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.parseDouble(array.get(i).asText());
    }
    return values;
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(array.get(i).asText());
    }
    return values;
  }
}
