package dev.nightjar.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import org.junit.jupiter.api.Test;

class KerasArchitectureTest {

  @Test
  void layers_of_others_are_refused_by_name_wherever_they_stand() {
    assertRefused(sequential(layer("Attention", "look", "")))
        .hasMessageContaining("the layer 'look' is a 'Attention'");
    assertRefused(sequential(layer("Lambda", "double", ", \"function\": [\"4wEAAA\", null, null]")))
        .hasMessageContaining(
            "the layer 'double' is a Lambda, whose function Keras keeps as Python")
        .hasMessageContaining("Replace it by layers of Keras");
    String wrapped = layer("TimeDistributed", "each", ", \"layer\": " + layer("Gate", "mine", ""));
    assertRefused(sequential(wrapped)).hasMessageContaining("the layer 'mine' is a 'Gate'");
    assertRefused(sequential(layer("Sequential", "inner", "")))
        .hasMessageContaining("the layer 'inner' is a model inside the model");
    assertRefused("{\"class_name\": \"MyModel\", \"config\": {\"layers\": [{}]}}")
        .hasMessageContaining("the model is a 'MyModel', a class of its author's own");
    assertRefused("{\"class_name\": \"Sequential\", \"config\": {}}")
        .hasMessageContaining("has no layers");
  }

  @Test
  void classes_that_say_that_they_are_no_part_of_keras_are_refused() {
    assertRefused(
            sequential(
                "{\"class_name\": \"Dense\", \"registered_name\": \"acme>Dense\", \"config\":"
                    + " {\"name\": \"dense\"}}"))
        .hasMessageContaining(
            "the layer 'dense' has the class 'Dense' of 'acme>Dense', which is none of Keras' own");
    assertRefused(
            sequential(
                layer(
                    "Dense",
                    "dense",
                    ", \"activation\": {\"module\": \"acme.layers\", \"class_name\": \"Swish\"}")))
        .hasMessageContaining("the layer 'dense' has the class 'Swish' of 'acme.layers'");
    KerasArchitecture.read(
        sequential(
            layer(
                "Dense",
                "dense",
                ", \"kernel_initializer\": {\"module\": \"keras.initializers\", \"class_name\":"
                    + " \"Zeros\", \"registered_name\": null}")));
  }

  @Test
  void a_model_of_several_inputs_or_outputs_is_refused() {
    String graph =
        "{\"class_name\": \"Functional\", \"config\": {\"layers\": ["
            + layer("InputLayer", "a", "")
            + "], \"input_layers\": [[\"a\", 0, 0], [\"b\", 0, 0]], \"output_layers\": [[\"c\", 0,"
            + " 0]]}}";
    assertRefused(graph)
        .hasMessageContaining("the model has the inputs [a, b]; only models with one input");
    assertRefused(
            graph.replace(", [\"b\", 0, 0]", "").replace("[\"c\", 0,", "[\"d\",0,0],[\"c\",0,"))
        .hasMessageContaining("the model has the outputs [d, c]");
  }

  @Test
  void the_initializer_that_never_ends_is_replaced_and_no_other() {
    String json =
        KerasArchitecture.read(
                sequential(
                    layer(
                        "LSTM",
                        "lstm",
                        ", \"recurrent_initializer\": {\"class_name\": \"Orthogonal\", \"config\":"
                            + " {\"gain\": 1.0}}, \"inner_init\": \"orthogonal\","
                            + " \"kernel_initializer\": {\"class_name\": \"Zeros\", \"config\":"
                            + " {}}, \"note\": \"orthogonal\"")))
            .toJson();
    assertThat(json)
        .doesNotContain("Orthogonal")
        .contains(
            "\"recurrent_initializer\":{\"class_name\":\"GlorotUniform\",\"config\":{}}",
            "\"inner_init\":\"glorot_uniform\"",
            "\"kernel_initializer\":{\"class_name\":\"Zeros\",\"config\":{}}",
            "\"note\":\"orthogonal\"");
  }

  private static String sequential(String layer) {
    return "{\"class_name\": \"Sequential\", \"config\": [" + layer + "]}";
  }

  private static String layer(String type, String name, String more) {
    return String.format(
        "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\"%s}}", type, name, more);
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(String json) {
    return assertThatThrownBy(() -> KerasArchitecture.read(json))
        .isInstanceOf(BundleException.class);
  }
}
