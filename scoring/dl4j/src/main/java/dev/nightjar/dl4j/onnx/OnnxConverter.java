package dev.nightjar.dl4j.onnx;

import static java.util.Objects.requireNonNull;

import dev.nightjar.contract.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a network of DL4J as an ONNX model. Networks that compute in doubles are written in
 * floats, which is what engines take and give. The network is read and not changed, nor run; nobody
 * else may use it meanwhile. Not thread-safe; one for each conversion.
 */
public final class OnnxConverter {
  private final GraphWriter graph = new GraphWriter();
  private final RowShape rows;
  private final Layout.Output output;

  /** Where the conversion is, for a refusal. */
  private String place = "the network";

  private OnnxConverter(RowShape rows, Layout.Output output) {
    this.rows = rows;
    this.output = output;
  }

  /**
   * Converts a network of layers.
   *
   * @param rows how the columns of a row become the network's input
   * @param output which of the network's numbers are units
   */
  public static Conversion convert(MultiLayerNetwork network, RowShape rows, Layout.Output output) {
    OnnxConverter converter = new OnnxConverter(rows, output);
    return converter.result(() -> converter.layers(network));
  }

  /**
   * Converts a graph of one input and one output.
   *
   * @param rows how the columns of a row become the network's input
   * @param output which of the network's numbers are units
   */
  public static Conversion convert(ComputationGraph network, RowShape rows, Layout.Output output) {
    OnnxConverter converter = new OnnxConverter(rows, output);
    return converter.result(() -> converter.vertices(network));
  }

  /** Writes the network's nodes. */
  @FunctionalInterface
  private interface Writing {
    Tensor output();
  }

  private Conversion result(Writing writing) {
    try {
      Tensor last = writing.output();
      place = "the output";
      Tensor units = units(last);
      return new Conversion.Converted(graph.model(rows.columns(), units));
    } catch (RefusedException e) {
      return new Conversion.Refused(place, e.reason());
    }
  }

  private static void refuseType(DataType type) {
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new RefusedException("it computes in " + type + ", and only floats are converted");
    }
  }

  private Tensor layers(MultiLayerNetwork network) {
    refuseType(network.getLayerWiseConfigurations().getDataType());
    Tensor at = input();
    for (int i = 0; i < network.getnLayers(); i++) {
      InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(i);
      NeuralNetConfiguration declared = network.getLayerWiseConfigurations().getConf(i);
      at = layer(Integer.toString(i), declared, network.getLayer(i), before, at);
    }
    return at;
  }

  /** What is declared counts: a layer that wraps another answers for the other when it is asked. */
  private Tensor layer(
      String number,
      NeuralNetConfiguration declared,
      Layer layer,
      @Nullable InputPreProcessor before,
      Tensor given) {
    org.deeplearning4j.nn.conf.layers.Layer configuration = declared.getLayer();
    String name = configuration.getLayerName();
    place =
        String.format(
            "layer %s (%s)",
            name == null ? number : name, configuration.getClass().getSimpleName());
    Tensor in = before == null ? given : Preprocessors.convert(before, given, graph);
    Map<String, INDArray> parameters = layer.paramTable();
    Part part = new Part(configuration, parameters == null ? Map.of() : parameters);
    return Layers.convert(part, in, graph);
  }

  private Tensor vertices(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration();
    refuseType(configuration.getDataType());
    if (configuration.getNetworkInputs().size() != 1
        || configuration.getNetworkOutputs().size() != 1) {
      throw new RefusedException("it has several inputs or outputs");
    }
    Map<String, Tensor> values = new HashMap<>();
    values.put(configuration.getNetworkInputs().get(0), input());
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      String name = vertex.getVertexName();
      if (!values.containsKey(name)) {
        values.put(name, vertex(name, vertex, configuration, values));
      }
    }
    return value(values, configuration.getNetworkOutputs().get(0));
  }

  private static Tensor value(Map<String, Tensor> values, String name) {
    Tensor value = values.get(name);
    if (value == null) {
      throw new RefusedException("it uses '" + name + "', which is not there before it");
    }
    return value;
  }

  private Tensor vertex(
      String name,
      GraphVertex vertex,
      ComputationGraphConfiguration configuration,
      Map<String, Tensor> values) {
    org.deeplearning4j.nn.conf.graph.GraphVertex declared =
        requireNonNull(configuration.getVertices().get(name));
    place = "vertex " + name + " (" + declared.getClass().getSimpleName() + ")";
    List<Tensor> inputs =
        requireNonNull(configuration.getVertexInputs().get(name)).stream()
            .map(input -> value(values, input))
            .toList();
    if (declared.getClass() == LayerVertex.class) {
      if (inputs.size() != 1) {
        throw new RefusedException("it is a layer with several inputs");
      }
      LayerVertex layer = (LayerVertex) declared;
      return layer(
          name, layer.getLayerConf(), vertex.getLayer(), layer.getPreProcessor(), inputs.get(0));
    }
    return Vertices.convert(declared, inputs, graph);
  }

  /** The network's array, made of the columns. */
  private Tensor input() {
    Tensor columns = new Tensor(GraphWriter.INPUT, List.of(rows.columns()), 1);
    Tensor ordered = columns;
    if (rows.columnsByChannel() != rows.networkByChannel()) {
      long positions = rows.positions();
      long channels = rows.channels();
      Tensor matrix =
          rows.columnsByChannel()
              ? graph.reshaped(columns, channels, positions)
              : graph.reshaped(columns, positions, channels);
      ordered = graph.turned(matrix, 0, 2, 1);
    }
    return ordered.shape().equals(rows.shape())
        ? ordered
        : graph.reshaped(ordered, rows.shape().toArray(Long[]::new));
  }

  /** The units of a row side by side. */
  private Tensor units(Tensor last) {
    if (last.perRow() != 1) {
      throw new RefusedException("it gives " + last.perRow() + " rows for each row");
    }
    return switch (output) {
      case UNITS -> {
        last.requireRank(2);
        yield last;
      }
      case LAST_STEP -> {
        last.requireRank(3);
        int steps = rows.networkByChannel() ? 2 : 1;
        yield graph.flat(graph.slice(last, steps, last.size(steps) - 1, last.size(steps)));
      }
      case ALL -> graph.flat(last);
    };
  }
}
