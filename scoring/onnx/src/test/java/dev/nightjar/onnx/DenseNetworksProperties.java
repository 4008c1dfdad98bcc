package dev.nightjar.onnx;

import dev.nightjar.contract.Layout;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of dense layers give the same converted. */
class DenseNetworksProperties {
  static final List<Supplier<IActivation>> ACTIVATIONS =
      List.of(
          ActivationCube::new,
          ActivationELU::new,
          () -> new ActivationELU(0.3),
          ActivationGELU::new,
          () -> new ActivationGELU(true),
          ActivationHardSigmoid::new,
          ActivationHardTanH::new,
          ActivationIdentity::new,
          ActivationLReLU::new,
          () -> new ActivationLReLU(0.2),
          ActivationMish::new,
          ActivationRReLU::new,
          ActivationRationalTanh::new,
          ActivationReLU::new,
          () -> new ActivationReLU(1.5, null, 0.1),
          () -> new ActivationReLU(2.0, null, null),
          ActivationReLU6::new,
          ActivationRectifiedTanh::new,
          ActivationSELU::new,
          ActivationSigmoid::new,
          ActivationSoftPlus::new,
          ActivationSoftSign::new,
          ActivationSoftmax::new,
          ActivationSwish::new,
          ActivationTanH::new,
          ActivationThresholdedReLU::new,
          () -> new ActivationThresholdedReLU(0.4));

  @TestFactory
  Stream<DynamicTest> every_activation_is_what_dl4j_makes_of_it() {
    return ACTIVATIONS.stream()
        .map(
            activation ->
                DynamicTest.dynamicTest(
                    activation.get().toString(), () -> compareActivation(activation.get())));
  }

  private static void compareActivation(IActivation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).activation(activation).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(6)
                        .nOut(3)
                        .activation(new ActivationIdentity())
                        .build())
                .build());
    network.init();
    Random random = new Random(11);
    for (int rows = 1; rows <= 33; rows += 8) {
      Comparison.scramble(network, random, 0.7);
      Seen.record(activation.toString(), Comparison.compare(network, Layout.ROWS, 4, rows, random));
    }
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void random_networks_give_the_same(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 0, max = 5) Integer> kinds,
      @ForAll @IntRange(min = 1, max = 40) int columns,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    int width = columns;
    for (int kind : kinds) {
      IActivation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())).get();
      if (activation instanceof ActivationCube) {
        activation = new ActivationTanH(); // several of them overflow
      }
      switch (kind) {
        case 0 ->
            list.layer(
                new BatchNormalization.Builder()
                    .nIn(width)
                    .nOut(width)
                    .lockGammaBeta(random.nextBoolean())
                    .useLogStd(random.nextBoolean())
                    .build());
        case 1 ->
            list.layer(
                new DropoutLayer.Builder(new AlphaDropout(0.5)).nIn(width).nOut(width).build());
        case 2 -> list.layer(new ActivationLayer(activation));
        case 3 ->
            list.layer(
                new ElementWiseMultiplicationLayer.Builder()
                    .nIn(width)
                    .nOut(width)
                    .activation(activation)
                    .build());
        case 4 -> list.layer(new PReLULayer.Builder().inputShape(width).build());
        default -> {
          int units = 1 + random.nextInt(40);
          list.layer(
              new DenseLayer.Builder()
                  .nIn(width)
                  .nOut(units)
                  .hasBias(random.nextBoolean())
                  .activation(activation)
                  .dropOut(0.5)
                  .build());
          width = units;
        }
      }
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(width)
            .nOut(3)
            .activation(new ActivationSoftmax())
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    Comparison.scramble(network, random, 0.5);
    Variances.positive(network);
    Seen.record(
        "dense networks", Comparison.compareIfSound(network, Layout.ROWS, columns, rows, random));
  }
}
