package dev.nightjar.demo;

import dev.nightjar.demo.TrainingRows.Part;
import java.util.List;
import java.util.Map;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What a training gives: all that a bundle is made of, and how good it is.
 *
 * @param sample rows of the training part before the transform, in the contract's columns
 * @param auc on the held-out rows
 * @param trainingRows rows that the network learnt from
 * @param heldOutRows rows that it was measured on
 * @param filtered rows of both parts that the transform's filter took out
 * @param rejected rows of both parts that the contract or the transform could not take
 */
public record TrainedModel(
    MultiLayerNetwork network,
    TransformProcess transform,
    NormalizerStandardize normalizer,
    List<Map<String, @Nullable Object>> sample,
    double auc,
    long trainingRows,
    long heldOutRows,
    long filtered,
    long rejected) {

  /** How long and from where to learn. */
  public record Plan(int epochs, int batch, double learningRate, long seed) {}

  /** Fits a normalizer and a small network for one probability to the rows of the training part. */
  public static TrainedModel fit(TransformProcess transform, TrainingRows rows, Plan plan) {
    DataSet training = rows.numbers(Part.TRAINING);
    DataSet heldOut = rows.numbers(Part.HELD_OUT);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(training);
    normalizer.transform(training);
    normalizer.transform(heldOut);
    MultiLayerNetwork network = new MultiLayerNetwork(layers(training.numInputs(), plan));
    network.init();
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      training.shuffle(plan.seed() + epoch);
      for (int from = 0; from < training.numExamples(); from += plan.batch()) {
        int to = Math.min(from + plan.batch(), training.numExamples());
        network.fit(training.getRange(from, to));
      }
    }
    return new TrainedModel(
        network,
        transform,
        normalizer,
        rows.sample(),
        auc(network, heldOut),
        training.numExamples(),
        heldOut.numExamples(),
        rows.filtered(),
        rows.rejected());
  }

  private static MultiLayerConfiguration layers(int inputs, Plan plan) {
    return new NeuralNetConfiguration.Builder()
        .seed(plan.seed())
        .weightInit(WeightInit.XAVIER)
        .updater(new Adam(plan.learningRate()))
        .l2(1e-5)
        .list()
        .layer(new DenseLayer.Builder().nIn(inputs).nOut(32).activation(Activation.RELU).build())
        .layer(new DenseLayer.Builder().nOut(16).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder(LossFunction.XENT)
                .nOut(1)
                .activation(Activation.SIGMOID)
                .build())
        .setInputType(InputType.feedForward(inputs))
        .build();
  }

  private static double auc(MultiLayerNetwork network, DataSet rows) {
    float[] labels = rows.getLabels().toFloatVector();
    boolean[] labelled = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      labelled[i] = labels[i] == 1;
    }
    return Auc.of(network.output(rows.getFeatures()).toFloatVector(), labelled);
  }
}
