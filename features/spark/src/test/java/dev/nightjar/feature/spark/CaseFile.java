package dev.nightjar.feature.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A case of shared/cases/point-in-time as views, tables and an input. */
final class CaseFile {
  private static final String AS_OF = "as_of";
  private final JsonNode json;
  private final OnTie onTie;

  private CaseFile(JsonNode json, OnTie onTie) {
    this.json = json;
    this.onTie = onTie;
  }

  static CaseFile read(Path file, OnTie onTie) throws IOException {
    return new CaseFile(new ObjectMapper().readTree(Files.readString(file)), onTie);
  }

  boolean hasInput() {
    return json.has("entity_rows");
  }

  /** Expected rows as maps of texts, without order. */
  List<Map<String, String>> expected() {
    return maps(json.get("expected"));
  }

  /** The rows that the join gives when all views go that way, in the same form. */
  List<Map<String, String>> joined(JoinWay way) {
    List<FeatureView> views = new ArrayList<>();
    Map<String, Dataset<Row>> tables = new LinkedHashMap<>();
    for (JsonNode table : json.get("feature_tables")) {
      FeatureView view = view(table);
      views.add(view);
      tables.put(view.name(), table(table));
    }
    Dataset<Row> input =
        dataset(json.get("entity_rows"), columns(json.get("entity_rows")), Map.of());
    String time = json.get("entity_timestamp").asText();
    Dataset<Row> withAsOf =
        input.withColumn(
            AS_OF, Columns.parsed(Columns.named(time), DataType.TIMESTAMP, ZoneOffset.UTC, false));
    Dataset<Row> joined =
        PointInTimeJoin.of(views, view -> tables.get(view.name()))
            .with(views.stream().collect(Collectors.toMap(FeatureView::name, view -> way)))
            .join(withAsOf, Optional.of(AS_OF), Optional.empty());
    List<String> names = new ArrayList<>(List.of(joined.columns()));
    names.removeAll(List.of(AS_OF, "_nightjar_flags"));
    if (onTie == OnTie.ANY) {
      names.remove("_nightjar_rejection");
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (Row row : joined.collectAsList()) {
      Map<String, String> map = new LinkedHashMap<>();
      for (String name : names) {
        Object value = row.getAs(name);
        if (!name.equals("_nightjar_rejection")) {
          map.put(name, text(value));
        } else if (value != null) {
          map.put(name, "rejected");
        }
      }
      rows.add(map);
    }
    return rows;
  }

  private FeatureView view(JsonNode table) {
    boolean cutoff = json.at("/semantics/created_cutoff").asBoolean();
    Map<String, String> keys = new LinkedHashMap<>();
    table.get("join_keys").properties().forEach(e -> keys.put(e.getKey(), e.getValue().asText()));
    List<Feature> features = new ArrayList<>();
    table
        .get("features")
        .properties()
        .forEach(
            e ->
                features.add(
                    new Feature(
                        e.getValue().asText(),
                        e.getKey(),
                        isText(table, e.getKey()) ? DataType.STRING : DataType.DOUBLE,
                        new DefaultValue.None())));
    List<String> tieBreak = new ArrayList<>();
    for (String column : List.of("created", "sequence")) {
      if (table.hasNonNull(column)) {
        tieBreak.add(table.get(column).asText());
      }
    }
    JsonNode ttl = table.path("ttl_seconds");
    return new FeatureView(
        table.get("name").asText(),
        Optional.empty(),
        keys,
        Optional.of(table.get("timestamp").asText()),
        cutoff
            ? new Availability.AtColumn(table.get("created").asText())
            : new Availability.AtEventTime(),
        ttl.asLong() > 0 ? Optional.of(Duration.ofSeconds(ttl.asLong())) : Optional.empty(),
        json.at("/semantics/exact_match").asText().equals("strict")
            ? Boundary.STRICT
            : Boundary.INCLUSIVE,
        tieBreak,
        onTie,
        json.at("/semantics/skip_nulls").asBoolean()
            ? NullPolicy.LAST_KNOWN
            : NullPolicy.LATEST_ROW,
        features);
  }

  private static boolean isText(JsonNode table, String column) {
    for (JsonNode row : table.get("rows")) {
      if (row.path(column).isTextual()) {
        return true;
      }
    }
    return false;
  }

  private static Dataset<Row> table(JsonNode table) {
    Set<String> columns = columns(table.get("rows"));
    Map<String, DataType> types = new LinkedHashMap<>();
    table.get("join_keys").forEach(c -> columns.add(c.asText()));
    table
        .get("features")
        .fieldNames()
        .forEachRemaining(
            c -> {
              columns.add(c);
              types.put(c, isText(table, c) ? DataType.STRING : DataType.DOUBLE);
            });
    for (String role : List.of("timestamp", "created")) {
      if (table.hasNonNull(role)) {
        columns.add(table.get(role).asText());
        types.put(table.get(role).asText(), DataType.TIMESTAMP);
      }
    }
    return dataset(table.get("rows"), columns, types);
  }

  private static Dataset<Row> dataset(
      JsonNode rows, Set<String> columns, Map<String, DataType> types) {
    StructType texts = new StructType();
    for (String column : columns) {
      texts = texts.add(column, DataTypes.StringType);
    }
    List<Row> values = new ArrayList<>();
    for (JsonNode row : rows) {
      values.add(RowFactory.create(columns.stream().map(c -> text(row.get(c))).toArray()));
    }
    Dataset<Row> dataset = TestSpark.session().createDataFrame(values, texts);
    for (Map.Entry<String, DataType> type : types.entrySet()) {
      dataset =
          dataset.withColumn(
              type.getKey(),
              Columns.parsed(functions.col(type.getKey()), type.getValue(), ZoneOffset.UTC, false));
    }
    return dataset;
  }

  private static Set<String> columns(JsonNode rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
    return columns;
  }

  private static List<Map<String, String>> maps(JsonNode rows) {
    List<Map<String, String>> maps = new ArrayList<>();
    for (JsonNode row : rows) {
      Map<String, String> map = new LinkedHashMap<>();
      row.properties().forEach(e -> map.put(e.getKey(), text(e.getValue())));
      maps.add(map);
    }
    return maps;
  }

  /** Numbers as doubles, times as they stand: the cases do not type their columns. */
  private static String text(Object value) {
    if (value instanceof JsonNode node) {
      return node.isNull() ? null : node.isNumber() ? node.asDouble() + "" : node.asText();
    }
    if (value instanceof java.sql.Timestamp time) {
      return Timestamps.instant(
              Timestamps.micros(
                  Instant.ofEpochSecond(Math.floorDiv(time.getTime(), 1000L), time.getNanos())))
          .toString();
    }
    return value == null ? null : value.toString();
  }
}
