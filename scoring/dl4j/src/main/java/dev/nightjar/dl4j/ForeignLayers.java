package dev.nightjar.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.bundle.BundleException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks in a network's JSON for layers that DL4J does not bring: custom ones and lambdas, whose
 * code no bundle has. Found by name here, before DL4J makes anything of them.
 */
final class ForeignLayers {
  private static final String CLASS = "@class";
  private static final List<String> OWN = List.of("org.deeplearning4j.", "org.nd4j.");

  private ForeignLayers() {}

  /**
   * @param origin what messages call the network
   * @param configuration of a MultiLayerNetwork or a ComputationGraph
   * @throws BundleException when a layer or vertex, or a part of one, is not DL4J's own; the
   *     message names both
   */
  static void refuse(String origin, JsonNode configuration) {
    int index = 0;
    for (JsonNode conf : configuration.path("confs")) {
      JsonNode layer = conf.path("layer");
      String name = layer.path("layerName").asText("");
      String called = name.isEmpty() ? "layer " + index : "layer '" + name + "'";
      refuse(origin, called, layer);
      index++;
    }
    for (Map.Entry<String, JsonNode> vertex : configuration.path("vertices").properties()) {
      refuse(origin, "vertex '" + vertex.getKey() + "'", vertex.getValue());
    }
    for (Map.Entry<String, JsonNode> before :
        configuration.path("inputPreProcessors").properties()) {
      refuse(origin, "preprocessor before layer " + before.getKey(), before.getValue());
    }
  }

  private static void refuse(String origin, String called, JsonNode node) {
    Optional<String> foreign = foreign(node);
    if (foreign.isPresent()) {
      boolean whole = node.path(CLASS).asText().equals(foreign.get());
      throw new BundleException(
          String.format(
              "%s: its %s %s %s, which is not DL4J's own: a custom layer or a lambda, whose code no"
                  + " bundle has and none runs. Build the network from DL4J's layers, or do what it"
                  + " does in the TransformProcess, and train it again",
              origin, called, whole ? "is a" : "has a", foreign.get()));
    }
  }

  private static Optional<String> foreign(JsonNode node) {
    String name = node.path(CLASS).asText("");
    if (!name.isEmpty() && OWN.stream().noneMatch(name::startsWith)) {
      return Optional.of(name);
    }
    for (JsonNode child : node) {
      Optional<String> found = foreign(child);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
