package dev.nightjar.dl4j.compile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;

/** How DataVec's JSON is read. */
final class DatavecJson {
  private DatavecJson() {}

  /** The class that an object names, without its package. */
  static String simpleName(JsonNode object) {
    String name = object.path("@class").asText();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The elements of an array as texts; none where there is no array. */
  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
