package dev.nightjar.bench.work;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks with the weights of a seed: what counts is what they cost. */
final class Networks {
  private static final long SEED = 20_261_122;
  private static final int WIDE = 128;
  private static final int NARROW = 64;

  private Networks() {}

  /** Two hidden layers and one unit between 0 and 1. */
  static MultiLayerNetwork perceptron(int inputs) {
    return ready(
        seeded()
            .list()
            .layer(dense(inputs, WIDE))
            .layer(dense(WIDE, NARROW))
            .layer(oneUnit(NARROW))
            .build());
  }

  /** One unit with weights of zero, which gives 0.5 for every row: a model that costs nothing. */
  static MultiLayerNetwork constant(int inputs) {
    return ready(
        new NeuralNetConfiguration.Builder()
            .weightInit(WeightInit.ZERO)
            .list()
            .layer(oneUnit(inputs))
            .build());
  }

  /** Two convolutions with pooling over an image of one channel, and ten classes. */
  static MultiLayerNetwork convolutional(int height, int width) {
    return ready(
        seeded()
            .list()
            .layer(convolution(5, 8))
            .layer(pooling())
            .layer(convolution(3, 16))
            .layer(pooling())
            .layer(new DenseLayer.Builder().nOut(NARROW).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(height, width, 1))
            .build());
  }

  /** An LSTM of which the last step gives one unit. */
  static MultiLayerNetwork recurrent(int features, int steps) {
    return ready(
        seeded()
            .list()
            .layer(
                new LastTimeStep(
                    new LSTM.Builder()
                        .nIn(features)
                        .nOut(NARROW)
                        .activation(Activation.TANH)
                        .build()))
            .layer(oneUnit(NARROW))
            .setInputType(InputType.recurrent(features, steps))
            .build());
  }

  private static NeuralNetConfiguration.Builder seeded() {
    return new NeuralNetConfiguration.Builder().seed(SEED).weightInit(WeightInit.XAVIER);
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU).build();
  }

  private static OutputLayer oneUnit(int in) {
    return new OutputLayer.Builder(LossFunction.XENT)
        .nIn(in)
        .nOut(1)
        .activation(Activation.SIGMOID)
        .build();
  }

  private static ConvolutionLayer convolution(int size, int channels) {
    return new ConvolutionLayer.Builder(size, size)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  private static MultiLayerNetwork ready(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }
}
