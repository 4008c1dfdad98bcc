package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers that go through sequences step by step. */
@SuppressWarnings("deprecation") // files hold the old layers still
final class RecurrentLayers {

  /**
   * DL4J's blocks in ONNX' order: input, output, forget, cell. DL4J calls its block 0 'input' too,
   * and it is the cell's; what gates the input is block 3.
   */
  private static final int[] BLOCKS = {3, 2, 1, 0};

  /** DL4J's peepholes, behind the blocks, in ONNX' order: input, output, forget. */
  private static final int[] PEEPHOLES = {2, 1, 0};

  /** Inside these operators a function is a name with up to two numbers. */
  private record Function(String name, double alpha, double beta) {}

  private static final Map<Class<? extends IActivation>, Function> FUNCTIONS =
      Map.of(
          ActivationSigmoid.class, new Function("Sigmoid", 0, 0),
          ActivationTanH.class, new Function("Tanh", 0, 0),
          ActivationSoftSign.class, new Function("Softsign", 0, 0),
          ActivationSoftPlus.class, new Function("Softplus", 0, 0),
          ActivationHardSigmoid.class, new Function("HardSigmoid", 0.2, 0.5),
          ActivationIdentity.class, new Function("Affine", 1, 0));

  private RecurrentLayers() {}

  /** Goes through the steps [rows, features, steps] and gives [rows, units, steps]. */
  @FunctionalInterface
  private interface Steps {
    Tensor through(Tensor in, boolean reverse, GraphWriter graph);
  }

  static Tensor recurrent(Part part, Tensor in, GraphWriter graph) {
    return formatted(in, format(part.layer()), steps(part), false, graph);
  }

  private static Tensor formatted(
      Tensor in, @Nullable RNNFormat format, Steps steps, boolean reverse, GraphWriter graph) {
    Tensor first = Formats.channelsFirst(in, format, graph);
    return Formats.given(steps.through(first, reverse, graph), format, graph);
  }

  private static @Nullable RNNFormat format(Layer layer) {
    return ((BaseRecurrentLayer) layer).getRnnDataFormat();
  }

  private static Steps steps(Part part) {
    Layer layer = part.layer();
    if (layer.getClass() == LSTM.class || layer.getClass() == GravesLSTM.class) {
      Options.check(layer, "activationFn", "gateActivationFn", "rnnDataFormat");
      AbstractLSTM lstm = (AbstractLSTM) layer;
      IActivation gates = gates(lstm);
      boolean peepholes = layer.getClass() == GravesLSTM.class;
      return (in, reverse, graph) ->
          lstm(part, "", peepholes, gates, lstm.getActivationFn(), in, reverse, graph);
    }
    if (layer.getClass() == SimpleRnn.class) {
      Options.check(layer, "activationFn", "rnnDataFormat");
      return (in, reverse, graph) -> simple(part, in, reverse, graph);
    }
    throw new RefusedException(
        "a " + layer.getClass().getSimpleName() + " inside it is not converted");
  }

  private static IActivation gates(AbstractLSTM lstm) {
    return lstm instanceof LSTM plain
        ? plain.getGateActivationFn()
        : ((GravesLSTM) lstm).getGateActivationFn();
  }

  /** The sum of both directions; their weights lie side by side in one layer. */
  static Tensor gravesBidirectional(Part part, Tensor in, GraphWriter graph) {
    GravesBidirectionalLSTM layer = part.as(GravesBidirectionalLSTM.class);
    Options.check(layer, "activationFn", "gateActivationFn", "rnnDataFormat");
    IActivation gates = layer.getGateActivationFn();
    IActivation function = layer.getActivationFn();
    Tensor first = Formats.channelsFirst(in, layer.getRnnDataFormat(), graph);
    Tensor sum =
        graph.both(
            "Add",
            lstm(part, "F", true, gates, function, first, false, graph),
            lstm(part, "B", true, gates, function, first, true, graph));
    return Formats.given(sum, layer.getRnnDataFormat(), graph);
  }

  static Tensor bidirectional(Part part, Tensor in, GraphWriter graph) {
    Bidirectional layer = part.as(Bidirectional.class);
    Options.check(layer, "fwd", "bwd", "mode", "initializer");
    if (!(layer.getFwd() instanceof BaseRecurrentLayer)
        || !(layer.getBwd() instanceof BaseRecurrentLayer)) {
      throw new RefusedException("it has something other than recurrent layers inside");
    }
    RNNFormat format = format(layer.getFwd());
    if ((format == RNNFormat.NWC) != (format(layer.getBwd()) == RNNFormat.NWC)) {
      throw new RefusedException("its two directions take different formats");
    }
    Tensor first = Formats.channelsFirst(in, format, graph);
    Tensor there = steps(part.inside(layer.getFwd(), "f")).through(first, false, graph);
    Tensor back = steps(part.inside(layer.getBwd(), "b")).through(first, true, graph);
    Tensor both =
        switch (layer.getMode()) {
          case ADD -> graph.both("Add", there, back);
          case MUL -> graph.both("Mul", there, back);
          case AVERAGE -> graph.with("Mul", graph.both("Add", there, back), graph.number(0.5));
          case CONCAT ->
              there.resized(
                  graph.node(
                      "Concat", List.of(there.name(), back.name()), GraphWriter.integer("axis", 1)),
                  1,
                  there.size(1) + back.size(1));
        };
    return Formats.given(both, format, graph);
  }

  static Tensor lastStep(Part part, Tensor in, GraphWriter graph) {
    LastTimeStep layer = part.as(LastTimeStep.class);
    Options.check(layer, "underlying");
    Layer inside = layer.getUnderlying();
    Layer first = inside instanceof Bidirectional both ? both.getFwd() : inside;
    if (!(first instanceof BaseRecurrentLayer)) {
      throw new RefusedException("it has something other than a recurrent layer inside");
    }
    Tensor all = Layers.convert(part.inside(inside), in, graph);
    all.requireRank(3);
    int axis = format(first) == RNNFormat.NWC ? 1 : 2;
    return graph.flat(graph.slice(all, axis, all.size(axis) - 1, all.size(axis)));
  }

  /** A layer of rows for each step. */
  static Tensor timeDistributed(Part part, Tensor in, GraphWriter graph) {
    TimeDistributed layer = part.as(TimeDistributed.class);
    Options.check(layer, "underlying", "rnnDataFormat");
    in.requireRank(3);
    long perRow = in.perRow();
    Tensor rows = Preprocessors.folded(in, layer.getRnnDataFormat(), graph);
    Tensor out = Layers.convert(part.inside(layer.getUnderlying()), rows, graph);
    out.requireRank(2);
    if (perRow != 1) {
      throw new RefusedException("it is given steps of steps");
    }
    return Preprocessors.unfolded(out, layer.getRnnDataFormat(), graph);
  }

  private static Tensor lstm(
      Part part,
      String suffix,
      boolean peepholes,
      IActivation gates,
      IActivation function,
      Tensor in,
      boolean reverse,
      GraphWriter graph) {
    INDArray input = part.parameter("W" + suffix);
    INDArray recurrent = part.parameter("RW" + suffix);
    INDArray bias = part.parameter("b" + suffix);
    int units = Math.toIntExact(recurrent.size(0));
    int features = Math.toIntExact(input.size(0));
    if (recurrent.size(1) != 4L * units + (peepholes ? 3 : 0) || features != in.size(1)) {
      throw new RefusedException("its weights have another shape than is known");
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.transpose(in.name(), 2, 0, 1));
    inputs.add(graph.floats(blocks(input, BLOCKS, units), 1, 4L * units, features));
    inputs.add(graph.floats(blocks(recurrent, BLOCKS, units), 1, 4L * units, units));
    float[] biases = new float[8 * units]; // the second half is the recurrent one's, which is none
    float[] given = GraphWriter.numbers(bias);
    for (int block = 0; block < BLOCKS.length; block++) {
      System.arraycopy(given, BLOCKS[block] * units, biases, block * units, units);
    }
    inputs.add(graph.floats(biases, 1, biases.length));
    if (peepholes) {
      inputs.addAll(List.of("", "", ""));
      inputs.add(graph.floats(peepholes(recurrent, units), 1, 3L * units));
    }
    return run("LSTM", inputs, units, List.of(gates, function, function), in, reverse, graph);
  }

  /** Columns [from, from + units) of each block, turned to lines, in another order. */
  private static float[] blocks(INDArray weights, int[] order, int units) {
    int lines = Math.toIntExact(weights.size(0));
    int width = Math.toIntExact(weights.size(1));
    float[] from = GraphWriter.numbers(weights);
    float[] to = new float[order.length * units * lines];
    int at = 0;
    for (int block : order) {
      for (int unit = 0; unit < units; unit++) {
        for (int line = 0; line < lines; line++) {
          to[at++] = from[line * width + block * units + unit];
        }
      }
    }
    return to;
  }

  /** The last three columns: forget, output, input. */
  private static float[] peepholes(INDArray recurrent, int units) {
    int width = Math.toIntExact(recurrent.size(1));
    float[] from = GraphWriter.numbers(recurrent);
    float[] to = new float[3 * units];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i % units * width + 4 * units + PEEPHOLES[i / units]];
    }
    return to;
  }

  private static Tensor simple(Part part, Tensor in, boolean reverse, GraphWriter graph) {
    INDArray input = part.parameter("W");
    INDArray recurrent = part.parameter("RW");
    int units = Math.toIntExact(recurrent.size(0));
    long features = input.size(0);
    if (features != in.size(1)) {
      throw new RefusedException("its weights have another shape than is known");
    }
    float[] biases = new float[2 * units];
    System.arraycopy(GraphWriter.numbers(part.parameter("b")), 0, biases, 0, units);
    int[] whole = {0};
    List<String> inputs =
        List.of(
            graph.transpose(in.name(), 2, 0, 1),
            graph.floats(blocks(input, whole, units), 1, units, features),
            graph.floats(blocks(recurrent, whole, units), 1, units, units),
            graph.floats(biases, 1, biases.length));
    IActivation function = part.as(SimpleRnn.class).getActivationFn();
    return run("RNN", inputs, units, List.of(function), in, reverse, graph);
  }

  private static Tensor run(
      String operator,
      List<String> inputs,
      long units,
      List<IActivation> activations,
      Tensor in,
      boolean reverse,
      GraphWriter graph) {
    List<Function> functions = activations.stream().map(RecurrentLayers::function).toList();
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(GraphWriter.integer("hidden_size", units));
    attributes.add(GraphWriter.text("direction", reverse ? "reverse" : "forward"));
    attributes.add(
        GraphWriter.texts("activations", functions.stream().map(Function::name).toList()));
    List<Double> alphas = new ArrayList<>();
    List<Double> betas = new ArrayList<>();
    for (Function function : functions) {
      // Only functions that have numbers take one from the lists.
      if (function.alpha() != 0) {
        alphas.add(function.alpha());
        betas.add(function.beta());
      }
    }
    if (!alphas.isEmpty()) {
      attributes.add(GraphWriter.numbers("activation_alpha", Collections.unmodifiableList(alphas)));
      attributes.add(GraphWriter.numbers("activation_beta", Collections.unmodifiableList(betas)));
    }
    String all = graph.node(operator, inputs, attributes.toArray(AttributeProto[]::new));
    String steps = graph.node("Squeeze", List.of(all, graph.integers(1)));
    return in.resized(graph.transpose(steps, 1, 2, 0), 1, units);
  }

  private static Function function(IActivation activation) {
    Function function = FUNCTIONS.get(activation.getClass());
    if (function != null) {
      return function;
    }
    if (activation.getClass() == ActivationReLU.class) {
      ActivationReLU relu = (ActivationReLU) activation;
      if (relu.getMax() == null && relu.getThreshold() == null && relu.getNegativeSlope() == null) {
        return new Function("Relu", 0, 0);
      }
    }
    throw new RefusedException(
        "the activation " + activation + " is not converted inside a recurrent layer");
  }
}
