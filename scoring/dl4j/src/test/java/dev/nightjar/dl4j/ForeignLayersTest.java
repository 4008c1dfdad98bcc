package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLambdaVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks with code of their own, saved by DL4J itself. */
class ForeignLayersTest {
  static {
    Nd4jBackend.prepare();
  }

  /** A lambda as a user writes it. */
  static final class Doubling extends SameDiffLambdaLayer {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineLayer(SameDiff graph, SDVariable input) {
      return input.mul(2);
    }

    @Override
    public InputType getOutputType(int index, InputType input) {
      return input;
    }
  }

  /** A lambda between the layers of a graph. */
  static final class Sum extends SameDiffLambdaVertex {
    private static final long serialVersionUID = 1L;

    @Override
    public SDVariable defineVertex(SameDiff graph, VertexInputs inputs) {
      return inputs.getInput(0).add(1);
    }
  }

  /** An activation of somebody's own in a layer of DL4J. */
  static final class Bent extends org.nd4j.linalg.activations.BaseActivationFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public org.nd4j.linalg.api.ndarray.INDArray getActivation(
        org.nd4j.linalg.api.ndarray.INDArray in, boolean training) {
      return new ActivationReLU().getActivation(in, training);
    }

    @Override
    public org.nd4j.common.primitives.Pair<
            org.nd4j.linalg.api.ndarray.INDArray, org.nd4j.linalg.api.ndarray.INDArray>
        backprop(
            org.nd4j.linalg.api.ndarray.INDArray in, org.nd4j.linalg.api.ndarray.INDArray epsilon) {
      return new ActivationReLU().backprop(in, epsilon);
    }
  }

  @Test
  void a_lambda_between_layers_is_refused_by_name() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
                .layer(new Doubling())
                .layer(output())
                .build());
    network.init();
    assertRefused(network)
        .hasMessageContaining("source/model.zip")
        .hasMessageContaining(
            "names the class '" + Doubling.class.getName() + "' at /confs/1/layer/@class")
        .hasMessageContaining("Build it of DL4J's own parts and package it again");
  }

  @Test
  void an_activation_of_ones_own_is_refused_by_its_layer() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .name("bent")
                        .nIn(4)
                        .nOut(3)
                        .activation(new Bent())
                        .build())
                .layer(output())
                .build());
    network.init();
    assertRefused(network)
        .hasMessageContaining(
            "names the class '" + Bent.class.getName() + "' at /confs/0/layer/activationFn/@class");
  }

  @Test
  void a_lambda_in_a_graph_is_refused_by_its_vertex() throws IOException {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("dense", new DenseLayer.Builder().nIn(4).nOut(3).build(), "in")
            .addVertex("plus", new Sum(), "dense")
            .addLayer("out", output(), "plus")
            .setOutputs("out")
            .build();
    ComputationGraph network = new ComputationGraph(graph);
    network.init();
    assertRefused(network)
        .hasMessageContaining(
            "names the class '" + Sum.class.getName() + "' at /vertices/plus/@class");
  }

  private static FeedForwardLayer output() {
    return new OutputLayer.Builder()
        .nIn(3)
        .nOut(1)
        .activation(Activation.SIGMOID)
        .lossFunction(LossFunction.XENT)
        .build();
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(Model network)
      throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, false);
    Contract contract = Numbers.contract(4, 1, Layout.ROWS);
    return assertThatThrownBy(
            () ->
                new Dl4jPackager()
                    .pack(Numbers.request(zip.toByteArray(), contract, Optional.empty())))
        .isInstanceOf(BundleException.class);
  }
}
