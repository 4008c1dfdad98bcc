package dev.nightjar.onnx;

import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Rows;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.InputLayout.Several;
import dev.nightjar.contract.Layout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs, and what stands between layers, give the same converted. */
class GraphsProperties {
  private static final List<Sequence.StepOrder> ORDERS = List.of(Sequence.StepOrder.values());
  private static final int WIDTH = 6;

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void random_graphs_of_rows_give_the_same(
      @ForAll @IntRange(min = 1, max = 8) int vertices,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    GraphBuilder graph = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in");
    graph.addLayer("v0", dense(WIDTH), "in");
    for (int i = 1; i <= vertices; i++) {
      String one = "v" + random.nextInt(i);
      String other = "v" + random.nextInt(i);
      String name = "v" + i;
      switch (random.nextInt(8)) {
        case 0 -> graph.addLayer(name, dense(WIDTH), one);
        case 1 -> graph.addVertex(name, new ScaleVertex(random.nextDouble()), one);
        case 2 -> graph.addVertex(name, new ShiftVertex(random.nextDouble()), one);
        case 3 -> graph.addVertex(name, new L2NormalizeVertex(), one);
        case 4 -> {
          graph.addVertex(name + "m", new MergeVertex(), one, other);
          int from = random.nextInt(WIDTH);
          graph.addVertex(name, new SubsetVertex(from, from + WIDTH - 1), name + "m");
        }
        case 5 -> graph.addLayer(name, new FrozenLayer(dense(WIDTH)), one);
        default -> {
          ElementWiseVertex.Op op = List.of(ElementWiseVertex.Op.values()).get(random.nextInt(5));
          graph.addVertex(name, new ElementWiseVertex(op), one, other);
        }
      }
    }
    String[] all = IntStream.rangeClosed(0, vertices).mapToObj(i -> "v" + i).toArray(String[]::new);
    graph.addVertex("all", new MergeVertex(), all);
    graph.addLayer("out", output(), "all").setOutputs("out");
    graph.setInputTypes(InputType.feedForward(4));
    compare("graphs of rows", graph, Layout.ROWS, 4, rows, random);
  }

  /** Rows and a sequence beside each other, columns in another order than the network's inputs. */
  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void graphs_of_several_inputs_and_outputs_give_the_same(
      @ForAll @IntRange(min = 1, max = 3) int inputs,
      @ForAll @IntRange(min = 1, max = 3) int outputs,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    int steps = 2 + random.nextInt(5);
    GraphBuilder graph = new NeuralNetConfiguration.Builder().graphBuilder();
    List<Several.Named> columns = new ArrayList<>();
    List<InputType> types = new ArrayList<>();
    graph.addInputs("steps");
    types.add(InputType.recurrent(3, steps));
    Sequence.StepOrder order = ORDERS.get(random.nextInt(ORDERS.size()));
    columns.add(new Several.Named("steps", new Sequence(steps, 3, order)));
    graph.addLayer("v0", new LastTimeStep(new LSTM.Builder().nOut(WIDTH).build()), "steps");
    for (int i = 1; i <= inputs; i++) {
      int width = 1 + random.nextInt(5);
      graph.addInputs("in" + i).addLayer("v" + i, dense(WIDTH), "in" + i);
      types.add(InputType.feedForward(width));
      columns.add(new Several.Named("in" + i, new Rows(width)));
    }
    graph.addVertex("all", new MergeVertex(), names("v", inputs + 1));
    for (int i = 0; i < outputs; i++) {
      boolean ofAll = i == 0 || random.nextBoolean();
      graph.addLayer("out" + i, output(), ofAll ? "all" : "v" + random.nextInt(inputs + 1));
    }
    graph.setOutputs(names("out", outputs)).setInputTypes(types.toArray(InputType[]::new));
    Collections.shuffle(columns, random);
    Several several = new Several(columns);
    compare(
        "graphs of " + outputs + " outputs",
        graph,
        new Layout(several, Layout.Output.UNITS),
        (int) several.columns(),
        rows,
        random);
  }

  private static String[] names(String beginning, int count) {
    return IntStream.range(0, count).mapToObj(i -> beginning + i).toArray(String[]::new);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void graphs_of_sequences_give_the_same(
      @ForAll @IntRange(min = 2, max = 7) int steps,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("there", lstm(), "in")
            .addVertex("turned", new ReverseTimeSeriesVertex("in"), "there")
            .addLayer("back", lstm(), "turned")
            .addVertex("both", new MergeVertex(), "there", "back")
            .addVertex("subset", new SubsetVertex(1, 4), "both")
            .addVertex("length", new L2NormalizeVertex(), "subset")
            .addLayer("steps", dense(5), "length")
            .addLayer("again", lstm(), "steps")
            .addVertex("last", new LastTimeStepVertex("in"), "again")
            .addLayer("out", output(), "last")
            .setOutputs("out")
            .setInputTypes(InputType.recurrent(3, steps));
    Layout layout =
        new Layout(new Sequence(steps, 3, Sequence.StepOrder.STEPS_FIRST), Layout.Output.UNITS);
    compare("graphs of sequences", graph, layout, 3 * steps, rows, random);
  }

  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void graphs_of_images_give_the_same(
      @ForAll @IntRange(min = 1, max = 33) int rows, @ForAll Random random) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("one", convolution(2), "in")
            .addLayer("two", convolution(3), "in")
            .addVertex("merged", new MergeVertex(), "one", "two")
            .addVertex("cut", new PoolHelperVertex(), "merged")
            .addVertex("length", new L2NormalizeVertex(), "cut")
            .addVertex(
                "rows",
                new PreprocessorVertex(
                    new ReshapePreprocessor(new long[] {5, 4, 3}, new long[] {60}, false)),
                "length")
            .addLayer("dense", dense(12), "rows")
            .addVertex(
                "image", new PreprocessorVertex(new FeedForwardToCnnPreProcessor(2, 3, 2)), "dense")
            .addLayer("three", convolution(2), "image")
            .addVertex(
                "permuted", new PreprocessorVertex(new PermutePreprocessor(2, 3, 1)), "three")
            .addLayer("out", output(), "permuted")
            .setOutputs("out")
            .setInputTypes(InputType.convolutional(5, 4, 2));
    Layout layout =
        new Layout(new Image(2, 5, 4, Image.PixelOrder.CHANNELS_LAST), Layout.Output.UNITS);
    compare("graphs of images", graph, layout, 40, rows, random);
  }

  /** Sequences of images and back: steps are folded into rows and unfolded again. */
  @Property(tries = 20, shrinking = ShrinkingMode.OFF)
  void images_of_steps_give_the_same(
      @ForAll @IntRange(min = 2, max = 5) int steps,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    GraphBuilder graph = new NeuralNetConfiguration.Builder().graphBuilder().addInputs("in");
    graph
        .addLayer("lstm", new LSTM.Builder().nIn(12).nOut(12).build(), "in")
        .addVertex("images", new PreprocessorVertex(new RnnToCnnPreProcessor(2, 3, 2)), "lstm")
        .addLayer(
            "convolved",
            new ConvolutionLayer.Builder(2, 2)
                .nIn(2)
                .nOut(3)
                .convolutionMode(ConvolutionMode.Same)
                .build(),
            "images")
        .addVertex("steps", new PreprocessorVertex(new CnnToRnnPreProcessor(2, 3, 3)), "convolved")
        .addLayer("again", new LSTM.Builder().nIn(18).nOut(4).build(), "steps")
        .addVertex(
            "flat", new PreprocessorVertex(new KerasFlattenRnnPreprocessor(4, steps)), "again")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(4 * steps)
                .nOut(2)
                .activation(new ActivationIdentity())
                .build(),
            "flat")
        .setOutputs("out");
    Layout layout =
        new Layout(new Sequence(steps, 12, Sequence.StepOrder.FEATURES_FIRST), Layout.Output.UNITS);
    compare("images of steps", graph, layout, 12 * steps, rows, random);
  }

  private static void compare(
      String what, GraphBuilder graph, Layout layout, int columns, int rows, Random random) {
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    Comparison.scramble(network, random, 0.7);
    Seen.record(what, Comparison.compareIfSound(network, layout, columns, rows, random));
  }

  private static DenseLayer dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(new ActivationTanH()).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(3)
        .activation(new ActivationIdentity())
        .build();
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(3).build();
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(2, 2)
        .nOut(channels)
        .convolutionMode(ConvolutionMode.Same)
        .activation(new ActivationTanH())
        .build();
  }
}
