package dev.nightjar.online.openapi;

import dev.nightjar.online.json.JsonBytes;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The document of OpenAPI 3.1 that describes the endpoint with the models that it serves. */
public final class OpenApi {
  private static final String TAG = "Rows";

  /** Kinds of refusal that the score of rows can have, in the order of their statuses. */
  private static final List<RequestException.Kind> REFUSALS =
      List.of(
          RequestException.Kind.MALFORMED,
          RequestException.Kind.UNKNOWN_MODEL,
          RequestException.Kind.TOO_LARGE,
          RequestException.Kind.UNSUPPORTED,
          RequestException.Kind.BUSY,
          RequestException.Kind.FAILED,
          RequestException.Kind.NOT_READY,
          RequestException.Kind.LATE);

  private OpenApi() {}

  /**
   * The document, in JSON.
   *
   * @param models each version that is served; of several of one model the default names the
   *     schemas after the model alone
   * @param version of Nightjar
   */
  public static byte[] document(List<ModelCard> models, String version) {
    Map<String, Object> paths = new LinkedHashMap<>();
    Map<String, Object> schemas = new LinkedHashMap<>();
    paths.put(
        "/v1/models",
        Tree.of("get", get("listModels", "The models that are served.", "ServedModels")));
    Set<String> taken = new LinkedHashSet<>();
    for (ModelCard model : models) {
      ModelSchemas one = new ModelSchemas(model, free(identifier(model), taken));
      one.addTo(schemas);
      addPaths(one, paths);
    }
    Protocol.addPaths(paths);
    Protocol.addSchemas(schemas);
    Map<String, Object> document =
        Tree.of(
            "openapi",
            "3.1.0",
            "info",
            Tree.of(
                "title",
                "Nightjar",
                "version",
                version,
                "description",
                "Scores rows by the code and the features of the night's run. Rows are objects of"
                    + " named fields (/v1), or tensors of the Open Inference Protocol (/v2)."),
            "security",
            List.of(Tree.of("bearer", List.of())),
            "paths",
            paths,
            "components",
            Tree.of(
                "schemas",
                schemas,
                "securitySchemes",
                Tree.of("bearer", Tree.of("type", "http", "scheme", "bearer"))));
    return JsonBytes.of(out -> JsonBytes.tree(out, document));
  }

  private static void addPaths(ModelSchemas one, Map<String, Object> paths) {
    String model = "/v1/models/" + one.model().name();
    if (one.model().isDefault()) {
      addPaths(one, model, false, paths);
    }
    addPaths(one, model + "/versions/" + one.model().version(), true, paths);
  }

  private static void addPaths(
      ModelSchemas one, String path, boolean isOfVersion, Map<String, Object> paths) {
    String title = one.model().name() + ", version " + one.model().version();
    paths.put(
        path,
        Tree.of(
            "get",
            get(
                id(isOfVersion, "describe", one),
                "The contract of " + title + ".",
                "DescribedModel")));
    Map<String, Object> score =
        operation(
            id(isOfVersion, "score", one),
            "Scores rows with " + title + ".",
            Tree.arrayOf(Tree.schema(one.answer())));
    score.put("description", "A single object may stand for an array of one, in and out.");
    score.put("requestBody", body(Tree.arrayOf(Tree.schema(one.row()))));
    paths.put(path + "/score", Tree.of("post", score));
    Map<String, Object> explain =
        operation(
            id(isOfVersion, "explain", one),
            "What every stage of " + title + " makes of one row.",
            Tree.of("type", "object", "additionalProperties", true));
    explain.put("requestBody", body(Tree.schema(one.row())));
    paths.put(path + "/explain", Tree.of("post", explain));
  }

  /** The word for versions comes first, where no model's name can have put the same. */
  private static String id(boolean isOfVersion, String verb, ModelSchemas one) {
    return (isOfVersion ? "ofVersion" + camelCase(verb) : verb) + one.name();
  }

  private static Map<String, Object> body(Object schema) {
    return Tree.of("required", true, "content", Tree.json(schema));
  }

  private static Map<String, Object> get(String id, String summary, String schema) {
    return operation(id, summary, Tree.schema(schema));
  }

  private static Map<String, Object> operation(String id, String summary, Object schema) {
    Map<String, Object> responses = Tree.of("200", Tree.answer(summary, schema));
    for (RequestException.Kind kind : REFUSALS) {
      Map<String, Object> refusal = Tree.answer(words(kind), Tree.schema("RequestError"));
      if (kind == RequestException.Kind.BUSY || kind == RequestException.Kind.NOT_READY) {
        refusal.put(
            "headers",
            Tree.of(
                "Retry-After",
                Tree.of(
                    "description",
                    "Seconds after which to try again.",
                    "schema",
                    Tree.of("type", "integer"))));
      }
      responses.put(Integer.toString(kind.status()), refusal);
    }
    return Tree.of(
        "operationId", id, "summary", summary, "tags", List.of(TAG), "responses", responses);
  }

  private static String words(RequestException.Kind kind) {
    return switch (kind) {
      case MALFORMED -> "The body is not what the model takes.";
      case UNAUTHORIZED -> "There is no token, or one that is not known.";
      case FORBIDDEN -> "Not for whoever asks from there.";
      case UNKNOWN_MODEL -> "There is no such model or version here.";
      case TOO_LARGE -> "Body or rows are more than the limits allow.";
      case UNSUPPORTED -> "The body is of a type or encoding that is not read.";
      case BUSY -> "More waits already than can be answered in time.";
      case NOT_READY, STORE_DOWN -> "The model, or the store of its features, is not ready.";
      case LATE -> "The deadline passed.";
      case FAILED -> "A fault of the server.";
    };
  }

  /** A name as it begins schemas and operations: letters and digits, each word with a capital. */
  private static String identifier(ModelCard model) {
    String name = camelCase(model.name());
    String plain = Character.isDigit(name.charAt(0)) ? "Model" + name : name;
    return model.isDefault() ? plain : plain + "V" + camelCase(model.version());
  }

  private static String camelCase(String name) {
    StringBuilder text = new StringBuilder();
    boolean isFirst = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isPlain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
      if (isPlain) {
        boolean isSmall = c >= 'a' && c <= 'z';
        text.append(isFirst && isSmall ? (char) (c - 'a' + 'A') : c);
      }
      isFirst = !isPlain;
    }
    return text.isEmpty() ? "Model" : text.toString();
  }

  /** The name with a number where another model has it already: a-b and a.b are both AB. */
  private static String free(String name, Set<String> taken) {
    List<String> tried = new ArrayList<>(List.of(name));
    while (!taken.add(tried.get(tried.size() - 1))) {
      tried.add(name + "N" + (tried.size() + 1));
    }
    return tried.get(tried.size() - 1);
  }
}
