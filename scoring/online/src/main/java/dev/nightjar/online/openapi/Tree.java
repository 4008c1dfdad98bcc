package dev.nightjar.online.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pieces of a document, as maps that keep their order. */
final class Tree {
  private Tree() {}

  /** A map of keys and values that take turns. */
  static Map<String, Object> of(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  static Map<String, Object> schema(String name) {
    return of("$ref", "#/components/schemas/" + name);
  }

  static Map<String, Object> arrayOf(Object items) {
    return of("type", "array", "items", items);
  }

  static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
    return of("type", "object", "required", required, "properties", properties);
  }

  static Map<String, Object> text() {
    return of("type", "string");
  }

  /** Content of JSON. */
  static Map<String, Object> json(Object schema) {
    return of("application/json", of("schema", schema));
  }

  /** The answer of status 200. */
  static Map<String, Object> answer(String description, Object schema) {
    return of("description", description, "content", json(schema));
  }

  /** A parameter in the path. */
  static Map<String, Object> inPath(String name, String description) {
    return of(
        "name", name, "in", "path", "required", true, "description", description, "schema", text());
  }
}
