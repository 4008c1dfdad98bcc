package dev.nightjar.online.openapi;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestFields.RequestField;
import dev.nightjar.online.rest.ExampleRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The schemas of the rows and the answers of one model.
 *
 * @param name of the model in the names of schemas and operations, such as {@code FlightDelay}
 */
record ModelSchemas(ModelCard model, String name) {
  private static final int MOST_VALUES = 20;

  String row() {
    return name + "Row";
  }

  String answer() {
    return name + "Answer";
  }

  private String outputs() {
    return name + "Outputs";
  }

  private String features() {
    return name + "Features";
  }

  /** Adds all of them. */
  void addTo(Map<String, Object> schemas) {
    schemas.put(row(), rowSchema());
    schemas.put(answer(), answerSchema());
    schemas.put(outputs(), outputsSchema());
    if (!model.fields().views().isEmpty()) {
      schemas.put(features(), featuresSchema());
    }
  }

  private Map<String, Object> rowSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>();
    for (RequestField field : model.fields().all()) {
      properties.put(field.name(), fieldSchema(field));
      if (field.isRequired() || isAsOf(field)) {
        required.add(field.name());
      }
    }
    Map<String, Object> schema = Tree.object(properties, required);
    schema.put(
        "description", "A row of the model " + model.name() + ", version " + model.version() + ".");
    schema.put("additionalProperties", false);
    ExampleRow.of(model).ifPresent(row -> schema.put("examples", List.of(row)));
    return schema;
  }

  private boolean isAsOf(RequestField field) {
    return model.fields().asOf().filter(field.name()::equals).isPresent();
  }

  private Map<String, Object> fieldSchema(RequestField field) {
    Map<String, Object> schema =
        field.type().map(ModelSchemas::nullable).orElseGet(ModelSchemas::key);
    schema.put("description", String.join(" ", words(field)));
    return schema;
  }

  /** A key of a type that the bundle does not know. */
  private static Map<String, Object> key() {
    return Tree.of(
        "anyOf",
        List.of(
            Tree.text(),
            Tree.of("type", "integer", "format", "int64"),
            Tree.of("type", "boolean"),
            Tree.of("type", "null")));
  }

  private List<String> words(RequestField field) {
    List<String> words = new ArrayList<>();
    if (isAsOf(field)) {
      words.add("The time at which the row's features are asked for.");
    }
    if (field.isKey()) {
      words.add(
          "A key of "
              + String.join(
                  ", ",
                  model.fields().views().stream()
                      .filter(view -> view.keys().containsKey(field.name()))
                      .map(view -> "'" + view.name() + "'")
                      .toList())
              + ", which is looked up unless the row brings its features.");
    }
    field
        .view()
        .ifPresent(view -> words.add("A feature, looked up in '" + view + "' unless it is given."));
    field.input().ifPresent(input -> addRules(input, words));
    return words;
  }

  /** Rules that a row can break without breaking the request are no part of the schema. */
  private static void addRules(InputField input, List<String> words) {
    if (input.category()) {
      List<String> some = input.values().stream().limit(MOST_VALUES).toList();
      words.add(
          "Known: "
              + String.join(", ", some)
              + (some.size() < input.values().size() ? ", …" : "")
              + ".");
    }
    input.range().ifPresent(range -> words.add("Valid: " + range + "."));
    Optional<Object> stands =
        input.onMissing() == OnMissing.IMPUTE ? input.defaultValue() : Optional.empty();
    words.add(
        switch (input.onMissing()) {
          case REJECT -> "A row in which it is null is rejected.";
          case IMPUTE -> "Where it is null, " + stands.orElse("a default") + " stands in.";
          case PASS -> "It may be null.";
        });
  }

  private Map<String, Object> answerSchema() {
    List<String> required =
        new ArrayList<>(List.of("outcome", "flags", "model", "version", "bundle"));
    Map<String, Object> properties =
        Tree.of(
            "outcome",
            Tree.of("type", "string", "enum", List.of("scored", "filtered", "rejected")),
            "outputs",
            Tree.schema(outputs()),
            "rejection",
            Tree.schema("Rejection"),
            "flags",
            Tree.arrayOf(Tree.text()));
    if (!model.fields().views().isEmpty()) {
      properties.put("features", Tree.schema(features()));
      required.add("features");
    }
    for (String name : List.of("model", "version", "bundle")) {
      properties.put(name, Tree.text());
    }
    Map<String, Object> schema = Tree.object(properties, required);
    schema.put("description", "What became of a row; outputs only where it was scored.");
    return schema;
  }

  private Map<String, Object> outputsSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Field output : model.manifest().contract().outputSchema().fields()) {
      properties.put(output.name(), nullable(output.type()));
    }
    return Tree.object(properties, List.copyOf(properties.keySet()));
  }

  private Map<String, Object> featuresSchema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (FeatureView view : model.fields().views()) {
      properties.put(view.name(), Tree.schema("ViewStanding"));
    }
    return Tree.object(properties, List.copyOf(properties.keySet()));
  }

  private static Map<String, Object> nullable(DataType type) {
    return switch (type) {
      case BOOLEAN -> Tree.of("type", List.of("boolean", "null"));
      case INTEGER -> Tree.of("type", List.of("integer", "null"), "format", "int32");
      case LONG -> Tree.of("type", List.of("integer", "null"), "format", "int64");
      case FLOAT -> Tree.of("type", List.of("number", "null"), "format", "float");
      case DOUBLE -> Tree.of("type", List.of("number", "null"), "format", "double");
      case STRING -> Tree.of("type", List.of("string", "null"));
      case TIMESTAMP -> Tree.of("type", List.of("string", "null"), "format", "date-time");
    };
  }
}
