package dev.nightjar.online.openapi;

import dev.nightjar.online.oip.Datatype;
import java.util.List;
import java.util.Map;

/** What hangs on no model: the Open Inference Protocol, health, and schemas that all share. */
final class Protocol {
  private static final String TAG = "Open Inference Protocol";

  private Protocol() {}

  /** Schemas that are the same for all models. */
  static void addSchemas(Map<String, Object> schemas) {
    schemas.put(
        "RequestError",
        Tree.object(Tree.of("error", Tree.schema("RequestErrorDetail")), List.of("error")));
    schemas.put(
        "RequestErrorDetail",
        Tree.object(
            Tree.of(
                "status",
                Tree.of("type", "integer", "format", "int32"),
                "message",
                Tree.text(),
                "request-id",
                Tree.text()),
            List.of("status", "message", "request-id")));
    schemas.put(
        "Rejection",
        Tree.object(
            Tree.of(
                "stage",
                Tree.of(
                    "type",
                    "string",
                    "enum",
                    List.of("join", "contract", "transform", "normalize", "model", "post")),
                "field",
                Tree.text(),
                "reason",
                Tree.text()),
            List.of("stage", "field", "reason")));
    schemas.put(
        "ViewStanding",
        Tree.object(
            Tree.of(
                "standing",
                Tree.of(
                    "type",
                    "string",
                    "enum",
                    List.of("matched", "stale", "no-row", "tied", "unknown", "not-asked")),
                "event-time",
                Tree.of("type", "string", "format", "date-time"),
                "age-seconds",
                Tree.of("type", "number", "format", "double"),
                "provided",
                Tree.arrayOf(Tree.text())),
            List.of("standing", "provided")));
    addModelSchemas(schemas);
    addTensorSchemas(schemas);
    addMetadataSchemas(schemas);
  }

  private static void addModelSchemas(Map<String, Object> schemas) {
    Map<String, Object> identity =
        Tree.of(
            "name",
            Tree.text(),
            "version",
            Tree.text(),
            "bundle",
            Tree.text(),
            "aliases",
            Tree.arrayOf(Tree.text()),
            "default",
            Tree.of("type", "boolean"));
    List<String> required = List.copyOf(identity.keySet());
    schemas.put("ServedModel", Tree.object(identity, required));
    schemas.put(
        "ServedModels",
        Tree.object(
            Tree.of("models", Tree.arrayOf(Tree.schema("ServedModel"))), List.of("models")));
    Map<String, Object> open = Tree.of("type", "object", "additionalProperties", true);
    Map<String, Object> described = Tree.of();
    described.putAll(identity);
    described.put("created", Tree.of("type", "string", "format", "date-time"));
    described.put("engine", Tree.text());
    described.put("inputs", Tree.arrayOf(open));
    described.put("views", Tree.arrayOf(open));
    described.put("as-of", Tree.text());
    described.put("outputs", Tree.arrayOf(open));
    described.put("tensors", open);
    described.put("example", open);
    schemas.put("DescribedModel", Tree.object(described, required));
  }

  private static void addTensorSchemas(Map<String, Object> schemas) {
    Map<String, Object> open = Tree.of("type", "object", "additionalProperties", true);
    Map<String, Object> data = Tree.arrayOf(Tree.of());
    Map<String, Object> tensor =
        Tree.of(
            "name",
            Tree.text(),
            "shape",
            shape(),
            "datatype",
            datatype(),
            "parameters",
            open,
            "data",
            data);
    List<String> required = List.of("name", "shape", "datatype", "data");
    schemas.put("InferenceTensor", Tree.object(tensor, required));
    schemas.put(
        "InferenceOutput",
        Tree.object(Tree.of("name", Tree.text(), "parameters", open), List.of("name")));
    schemas.put(
        "InferenceRequest",
        Tree.object(
            Tree.of(
                "id",
                Tree.text(),
                "parameters",
                open,
                "inputs",
                Tree.arrayOf(Tree.schema("InferenceTensor")),
                "outputs",
                Tree.arrayOf(Tree.schema("InferenceOutput"))),
            List.of("inputs")));
    schemas.put(
        "InferenceResponse",
        Tree.object(
            Tree.of(
                "model_name",
                Tree.text(),
                "model_version",
                Tree.text(),
                "id",
                Tree.text(),
                "outputs",
                Tree.arrayOf(Tree.schema("InferenceTensor"))),
            List.of("model_name", "model_version", "outputs")));
    schemas.put("InferenceError", Tree.object(Tree.of("error", Tree.text()), List.of("error")));
  }

  private static Map<String, Object> datatype() {
    return Tree.of("type", "string", "enum", Datatype.names());
  }

  private static Map<String, Object> shape() {
    return Tree.arrayOf(Tree.of("type", "integer", "format", "int64"));
  }

  private static void addMetadataSchemas(Map<String, Object> schemas) {
    Map<String, Object> declared =
        Tree.object(
            Tree.of("name", Tree.text(), "datatype", datatype(), "shape", shape()),
            List.of("name", "datatype", "shape"));
    schemas.put("DeclaredTensor", declared);
    schemas.put(
        "InferenceModel",
        Tree.object(
            Tree.of(
                "name",
                Tree.text(),
                "versions",
                Tree.arrayOf(Tree.text()),
                "platform",
                Tree.text(),
                "inputs",
                Tree.arrayOf(Tree.schema("DeclaredTensor")),
                "outputs",
                Tree.arrayOf(Tree.schema("DeclaredTensor"))),
            List.of("name", "platform", "inputs", "outputs")));
    schemas.put(
        "InferenceServer",
        Tree.object(
            Tree.of(
                "name",
                Tree.text(),
                "version",
                Tree.text(),
                "extensions",
                Tree.arrayOf(Tree.text())),
            List.of("name", "version", "extensions")));
    schemas.put(
        "Health",
        Tree.of(
            "type",
            "object",
            "properties",
            Tree.of(
                "live",
                Tree.of("type", "boolean"),
                "ready",
                Tree.of("type", "boolean"),
                "name",
                Tree.text())));
  }

  /** The paths of the protocol, for any model. */
  static void addPaths(Map<String, Object> paths) {
    Map<String, Object> model = Tree.inPath("model", "The name of a model.");
    Map<String, Object> version = Tree.inPath("version", "A version that is served, or an alias.");
    paths.put("/v2", get("serverMetadata", "What the server is.", "InferenceServer", List.of()));
    paths.put("/v2/health/live", open("serverLive", "Whether the server lives."));
    paths.put("/v2/health/ready", open("serverReady", "Whether all models are ready."));
    for (boolean isOfVersion : List.of(false, true)) {
      String path = "/v2/models/{model}" + (isOfVersion ? "/versions/{version}" : "");
      String suffix = isOfVersion ? "Version" : "";
      List<Object> parameters = isOfVersion ? List.of(model, version) : List.of(model);
      paths.put(path, get("modelMetadata" + suffix, "The tensors.", "InferenceModel", parameters));
      paths.put(
          path + "/ready",
          get("modelReady" + suffix, "Whether the model is ready.", "Health", parameters));
      Map<String, Object> infer =
          operation("infer" + suffix, "Scores rows as tensors.", "InferenceResponse");
      infer.put(
          "requestBody",
          Tree.of("required", true, "content", Tree.json(Tree.schema("InferenceRequest"))));
      infer.put("parameters", parameters);
      paths.put(path + "/infer", Tree.of("post", infer));
    }
  }

  private static Map<String, Object> get(
      String id, String summary, String schema, List<Object> parameters) {
    Map<String, Object> operation = operation(id, summary, schema);
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    return Tree.of("get", operation);
  }

  private static Map<String, Object> operation(String id, String summary, String schema) {
    return Tree.of(
        "operationId",
        id,
        "summary",
        summary,
        "tags",
        List.of(TAG),
        "responses",
        Tree.of(
            "200",
            Tree.answer(summary, Tree.schema(schema)),
            "default",
            Tree.answer("It fails, and the error says why.", Tree.schema("InferenceError"))));
  }

  /** One for who has no token. */
  private static Map<String, Object> open(String id, String summary) {
    Map<String, Object> operation = operation(id, summary, "Health");
    operation.put("security", List.of());
    return Tree.of("get", operation);
  }
}
