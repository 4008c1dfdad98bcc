package dev.nightjar.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.nightjar.bundle.BundleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A model's layers as Keras writes them ({@code model_config}), checked before any is made. Only
 * Keras' own layers that DL4J imports pass; a layer of somebody's own, and code, are refused by
 * name.
 */
final class KerasArchitecture {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CLASS = "class_name";
  private static final String CONFIG = "config";
  private static final String SEQUENTIAL = "Sequential";
  private static final Set<String> GRAPHS = Set.of("Model", "Functional");

  /** Where Keras' own classes come from; newer versions say so of each. */
  private static final List<String> OWN_MODULES = List.of("keras", "tf_keras", "tensorflow.keras");

  private static final Set<String> LAYERS =
      Set.of(
          ("Activation Add AlphaDropout AtrousConvolution1D AtrousConvolution2D Average"
                  + " AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization"
                  + " Bidirectional Concatenate Conv1D Conv2D Conv2DTranspose Conv3D Conv3DTranspose"
                  + " Convolution1D Convolution2D Convolution3D Cropping1D Cropping2D Cropping3D"
                  + " Deconvolution2D Dense DepthwiseConv2D Dot Dropout ELU Embedding Flatten"
                  + " GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D"
                  + " GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D"
                  + " GlobalMaxPooling3D InputLayer LSTM LeakyReLU LocallyConnected1D"
                  + " LocallyConnected2D Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Merge"
                  + " Multiply PReLU Permute ReLU RepeatVector Reshape SeparableConv1D"
                  + " SeparableConv2D SeparableConvolution2D SimpleRNN Softmax SpatialDropout1D"
                  + " SpatialDropout2D SpatialDropout3D Subtract ThresholdedReLU TimeDistributed"
                  + " TimeDistributedDense UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D"
                  + " ZeroPadding2D ZeroPadding3D")
              .split(" "));

  private final ObjectNode model;

  private KerasArchitecture(ObjectNode model) {
    this.model = model;
  }

  /**
   * The architecture in {@code model_config}, checked.
   *
   * @throws BundleException when it is none, or has what cannot be imported; the message names the
   *     layer
   */
  static KerasArchitecture read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BundleException(
          "its model_config is no JSON (" + e.getOriginalMessage() + "); save the model again", e);
    }
    if (!(root instanceof ObjectNode model) || !model.path(CLASS).isTextual()) {
      throw new BundleException(
          "its model_config does not say of which class the model is; save it with model.save");
    }
    KerasArchitecture architecture = new KerasArchitecture(model);
    architecture.check();
    return architecture;
  }

  /** Whether the layers stand in one line. */
  boolean sequential() {
    return model.path(CLASS).asText().equals(SEQUENTIAL);
  }

  /** Notes what the file says beside the architecture, where the architecture itself does not. */
  void put(String key, String value) {
    if (!model.hasNonNull(key)) {
      model.put(key, value);
    }
  }

  /** What the architecture says under that key; empty when nothing. */
  String text(String key) {
    return model.path(key).asText("");
  }

  /**
   * Whether a layer may have fewer weights stored than DL4J gives it: one without bias, scale or
   * center, where DL4J puts constants.
   */
  boolean hasOptionalWeights() {
    return model.findValuesAsText(CLASS).contains("BatchNormalization")
        || model.findValues("use_bias").stream().anyMatch(bias -> !bias.asBoolean(true));
  }

  private void check() {
    String type = model.path(CLASS).asText();
    if (!type.equals(SEQUENTIAL) && !GRAPHS.contains(type)) {
      throw new BundleException(
          String.format(
              "the model is a '%s', a class of its author's own; only Sequential and functional"
                  + " models can be imported, so build it as one of these and load the weights",
              type));
    }
    JsonNode config = model.path(CONFIG);
    JsonNode layers = config.isArray() ? config : config.path("layers");
    if (!layers.isArray() || layers.isEmpty()) {
      throw new BundleException("its model_config has no layers; save the model again");
    }
    layers.forEach(KerasArchitecture::checkLayer);
    refuseForeign(model, "the model");
    if (!sequential()) {
      checkOne(config.path("input_layers"), "inputs");
      checkOne(config.path("output_layers"), "outputs");
    }
  }

  private static void checkOne(JsonNode ends, String what) {
    List<String> names = new ArrayList<>();
    ends.forEach(end -> names.add(end.isArray() ? end.path(0).asText() : end.asText()));
    if (names.size() != 1) {
      throw new BundleException(
          String.format(
              "the model has the %s %s; only models with one input and one output are scored, so"
                  + " concatenate them inside the model",
              what, names));
    }
  }

  private static void checkLayer(JsonNode layer) {
    String type = layer.path(CLASS).asText();
    JsonNode config = layer.path(CONFIG);
    String name = config.path("name").asText(layer.path("name").asText("?"));
    String called = "the layer '" + name + "'";
    if (type.equals("Lambda")) {
      throw new BundleException(
          called
              + " is a Lambda, whose function Keras keeps as Python code; code is never run here."
              + " Replace it by layers of Keras, or do in the TransformProcess what it does");
    }
    if (type.equals(SEQUENTIAL) || GRAPHS.contains(type)) {
      throw new BundleException(
          called
              + " is a model inside the model, which cannot be imported; add its layers instead");
    }
    refuseForeign(layer, called);
    if (!LAYERS.contains(type)) {
      throw new BundleException(
          String.format(
              "%s is a '%s': a layer of its author's own, or one of Keras that DL4J does not import."
                  + " Replace it by others (%s, …) and train again",
              called, type, String.join(", ", List.of("Dense", "Conv1D", "Conv2D", "LSTM"))));
    }
    if (config.has("layer")) {
      checkLayer(config.path("layer"));
    }
  }

  /** Refuses every class below this that says of itself that it is not Keras' own. */
  private static void refuseForeign(JsonNode node, String called) {
    String registered = node.path("registered_name").asText("");
    String module = node.path("module").asText("");
    boolean foreign =
        module.isEmpty()
            ? registered.contains(">")
            : OWN_MODULES.stream()
                .noneMatch(own -> module.equals(own) || module.startsWith(own + "."));
    if (node.has(CLASS) && foreign) {
      throw new BundleException(
          String.format(
              "%s has the class '%s' of '%s', which is none of Keras' own; replace it by one of"
                  + " Keras and train again",
              called, node.path(CLASS).asText(), module.isEmpty() ? registered : module));
    }
    node.forEach(child -> refuseForeign(child, called));
  }

  /**
   * The architecture for DL4J's import. The initializer Orthogonal would loop in native code for
   * ever; another stands in, since the stored weights replace what it makes.
   */
  String toJson() {
    ObjectNode mended = model.deepCopy();
    mend(mended);
    return mended.toString();
  }

  private static void mend(JsonNode node) {
    if (node instanceof ArrayNode array) {
      array.forEach(KerasArchitecture::mend);
    } else if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        boolean initializer =
            field.getKey().endsWith("init") || field.getKey().endsWith("initializer");
        if (initializer && isOrthogonal(field.getValue())) {
          field.setValue(
              field.getValue().isTextual()
                  ? TextNode.valueOf("glorot_uniform")
                  : JSON.createObjectNode()
                      .put(CLASS, "GlorotUniform")
                      .set(CONFIG, JSON.createObjectNode()));
        } else {
          mend(field.getValue());
        }
      }
    }
  }

  private static boolean isOrthogonal(JsonNode initializer) {
    String name = initializer.isTextual() ? initializer.asText() : initializer.path(CLASS).asText();
    return name.toLowerCase(Locale.ROOT).startsWith("orthogonal");
  }
}
