package dev.nightjar.dl4j.onnx;

import static java.util.Objects.requireNonNull;

import dev.nightjar.contract.Layout;
import java.util.ArrayList;
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

  /** How each input takes the next columns, by its name. */
  private final Map<String, RowShape> rows;

  /** Which numbers of each output are units. */
  private final List<Layout.Output> kept;

  private final boolean stepsLast;

  /** Where the conversion is, for a refusal. */
  private String place = "the network";

  private OnnxConverter(Map<String, RowShape> rows, List<Layout.Output> kept, boolean stepsLast) {
    this.rows = rows;
    this.kept = kept;
    this.stepsLast = stepsLast;
  }

  /**
   * Converts a network of layers.
   *
   * @param rows how the columns of a row become the network's input
   * @param output which of the network's numbers are units
   */
  public static Conversion convert(MultiLayerNetwork network, RowShape rows, Layout.Output output) {
    OnnxConverter converter =
        new OnnxConverter(Map.of("", rows), List.of(output), rows.networkByChannel());
    return converter.result(() -> List.of(converter.layers(network)));
  }

  /**
   * Converts a graph.
   *
   * @param rows how each of its inputs takes the next columns of a row, by name and in the order of
   *     the columns
   * @param kept which numbers of each of its outputs are units; those of all outputs stand side by
   *     side
   * @param stepsLast whether the steps of an output are its last dimension
   */
  public static Conversion convert(
      ComputationGraph network,
      Map<String, RowShape> rows,
      List<Layout.Output> kept,
      boolean stepsLast) {
    OnnxConverter converter = new OnnxConverter(rows, kept, stepsLast);
    return converter.result(() -> converter.vertices(network));
  }

  /** Writes the network's nodes. */
  @FunctionalInterface
  private interface Writing {
    List<Tensor> outputs();
  }

  private Conversion result(Writing writing) {
    try {
      List<Tensor> outputs = writing.outputs();
      place = "the output";
      List<Tensor> units = new ArrayList<>();
      for (int i = 0; i < outputs.size(); i++) {
        units.add(units(outputs.get(i), kept.get(i)));
      }
      return new Conversion.Converted(graph.model(columns(), graph.sideBySide(units)));
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
    Tensor at = input(0, rows.values().iterator().next());
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

  private List<Tensor> vertices(ComputationGraph network) {
    ComputationGraphConfiguration configuration = network.getConfiguration();
    refuseType(configuration.getDataType());
    Map<String, Tensor> values = new HashMap<>();
    long first = 0;
    for (Map.Entry<String, RowShape> one : rows.entrySet()) {
      place = "the input " + one.getKey();
      values.put(one.getKey(), input(first, one.getValue()));
      first += one.getValue().columns();
    }
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = network.getVertices()[index];
      String name = vertex.getVertexName();
      if (!values.containsKey(name)) {
        values.put(name, vertex(name, vertex, configuration, values));
      }
    }
    return configuration.getNetworkOutputs().stream().map(name -> value(values, name)).toList();
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

  /** How many columns a row has. */
  private long columns() {
    return rows.values().stream().mapToLong(RowShape::columns).sum();
  }

  /** An array that the network takes, made of its columns. */
  private Tensor input(long first, RowShape shape) {
    Tensor all = new Tensor(GraphWriter.INPUT, List.of(columns()), 1);
    Tensor columns =
        shape.columns() == columns() ? all : graph.slice(all, 1, first, first + shape.columns());
    Tensor ordered = columns;
    if (shape.columnsByChannel() != shape.networkByChannel()) {
      long positions = shape.positions();
      long channels = shape.channels();
      Tensor matrix =
          shape.columnsByChannel()
              ? graph.reshaped(columns, channels, positions)
              : graph.reshaped(columns, positions, channels);
      ordered = graph.turned(matrix, 0, 2, 1);
    }
    return ordered.shape().equals(shape.shape())
        ? ordered
        : graph.reshaped(ordered, shape.shape().toArray(Long[]::new));
  }

  /** The units of a row side by side. */
  private Tensor units(Tensor last, Layout.Output output) {
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
        int steps = stepsLast ? 2 : 1;
        yield graph.flat(graph.slice(last, steps, last.size(steps) - 1, last.size(steps)));
      }
      case ALL -> graph.flat(last);
    };
  }
}
