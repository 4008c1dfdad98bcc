package dev.nightjar.dl4j;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.dl4j.onnx.OnnxConverter;
import dev.nightjar.dl4j.onnx.RowShape;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes networks from the parts of a model zip. */
final class Networks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Networks() {}

  /**
   * The network that a model zip holds.
   *
   * @param origin what messages call the file
   * @throws BundleException when DL4J cannot make it, or no layout can feed it
   */
  static Network read(String origin, ModelZip zip) {
    JsonNode configuration = parsed(origin, zip.configuration());
    boolean graph = isGraph(origin, configuration);
    try {
      return graph ? readGraph(origin, zip) : readLayers(origin, zip);
    } catch (BundleException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BundleException(
          origin
              + " cannot be made a network by DL4J: "
              + e.getMessage()
              + (foldsAsEnglish()
                  ? "; layers of one's own are not read"
                  : "; DL4J folds names of old files by this JVM's locale "
                      + Locale.getDefault().toLanguageTag()
                      + ", which breaks them: run with -Duser.language=en"),
          e);
    }
  }

  /** False for locales in which I and i are no pair, such as Turkish. */
  @SuppressWarnings("StringCaseLocaleUsage") // the default locale is the question
  private static boolean foldsAsEnglish() {
    return "I".toLowerCase().equals("i") && "i".toUpperCase().equals("I");
  }

  private static JsonNode parsed(String origin, String configuration) {
    try {
      return JSON.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw new BundleException(origin + " has a configuration.json that is no JSON", e);
    }
  }

  private static boolean isGraph(String origin, JsonNode root) {
    if (root.has("vertices")) {
      return true;
    }
    if (root.has("confs")) {
      return false;
    }
    throw new BundleException(
        origin
            + " has a configuration.json of neither a MultiLayerNetwork nor a ComputationGraph;"
            + " save the network with ModelSerializer.writeModel");
  }

  /** The parameters, all finite: with others every row would be rejected, one by one. */
  private static @Nullable INDArray parameters(String origin, ModelZip zip) {
    if (zip.coefficients().isEmpty()) {
      return null;
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(zip.coefficients().get()));
    INDArray parameters = Nd4j.read(in);
    if (parameters.isNaN().any() || parameters.isInfinite().any()) {
      throw new BundleException(
          origin
              + " has parameters that are NaN or infinite, so its training has diverged; train the"
              + " network again");
    }
    return parameters;
  }

  private static Network readLayers(String origin, ModelZip zip) {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(zip.configuration());
    ParameterCount.check(origin, zip, configuration);
    NetworkInput input =
        NetworkInput.of(
            origin, configuration.getConf(0).getLayer(), configuration.getInputPreProcess(0));
    configuration.getConfs().forEach(Networks::forgetBatches);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(parameters(origin, zip), false);
    return new Layers(
        List.of(new Network.Port(Network.UNNAMED, input)), configuration.getDataType(), network);
  }

  private static Network readGraph(String origin, ModelZip zip) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(zip.configuration());
    ParameterCount.check(origin, zip, configuration);
    List<Network.Port> inputs =
        configuration.getNetworkInputs().stream()
            .map(name -> new Network.Port(name, graphInput(origin, configuration, name)))
            .toList();
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        forgetBatches(layer.getLayerConf());
      }
    }
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(parameters(origin, zip), false);
    return new Graph(
        inputs,
        List.copyOf(configuration.getNetworkOutputs()),
        configuration.getDataType(),
        network);
  }

  /**
   * Files from before 1.0.0 name no cache mode, and a GravesBidirectionalLSTM without one gives, on
   * every second call, what it gave for the batch before.
   */
  private static void forgetBatches(NeuralNetConfiguration layer) {
    layer.setCacheMode(CacheMode.NONE);
  }

  private static NetworkInput graphInput(
      String origin, ComputationGraphConfiguration configuration, String input) {
    for (Map.Entry<String, List<String>> vertex : configuration.getVertexInputs().entrySet()) {
      if (vertex.getValue().contains(input)
          && configuration.getVertices().get(vertex.getKey()) instanceof LayerVertex layer) {
        return NetworkInput.of(origin, layer.getLayerConf().getLayer(), layer.getPreProcessor());
      }
    }
    return NetworkInput.unknown("graph whose input '" + input + "' leads to no layer");
  }

  /** What arrays of activations take, the network's input among them; they are freed. */
  private static long bytes(Collection<INDArray> activations) {
    long bytes = 0;
    for (INDArray one : activations) {
      bytes += one.length() * one.dataType().width();
      Matrices.free(one);
    }
    return bytes;
  }

  private record Layers(List<Port> inputs, DataType type, MultiLayerNetwork network)
      implements Network {
    @Override
    public List<String> outputs() {
      return List.of(UNNAMED);
    }

    @Override
    public List<INDArray> output(List<INDArray> arrays) {
      return List.of(network.output(arrays.get(0), false));
    }

    @Override
    public long activationBytes(List<INDArray> arrays) {
      List<INDArray> all = network.feedForward(arrays.get(0), false);
      long beside = 0;
      for (int i = 0; i < network.getnLayers(); i++) {
        beside +=
            LayerMemory.beside(
                network.getLayerWiseConfigurations().getConf(i).getLayer(),
                all.get(i).length(),
                all.get(i + 1).length());
      }
      return beside * type.width() + bytes(all);
    }

    @Override
    public Conversion toOnnx(
        Map<String, RowShape> rows, List<Layout.Output> kept, boolean stepsLast) {
      return OnnxConverter.convert(network, rows.values().iterator().next(), kept.get(0));
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private record Graph(
      List<Port> inputs, List<String> outputs, DataType type, ComputationGraph network)
      implements Network {
    @Override
    public List<INDArray> output(List<INDArray> arrays) {
      return List.of(network.output(false, arrays.toArray(INDArray[]::new)));
    }

    @Override
    public long activationBytes(List<INDArray> arrays) {
      Map<String, INDArray> all = network.feedForward(arrays.toArray(INDArray[]::new), false);
      ComputationGraphConfiguration graph = network.getConfiguration();
      long beside = 0;
      for (Map.Entry<String, GraphVertex> vertex : graph.getVertices().entrySet()) {
        if (vertex.getValue() instanceof LayerVertex layer) {
          long in = 0;
          for (String input : requireNonNull(graph.getVertexInputs().get(vertex.getKey()))) {
            in += requireNonNull(all.get(input)).length();
          }
          beside +=
              LayerMemory.beside(
                  layer.getLayerConf().getLayer(),
                  in,
                  requireNonNull(all.get(vertex.getKey())).length());
        }
      }
      return beside * type.width() + bytes(all.values());
    }

    @Override
    public Conversion toOnnx(
        Map<String, RowShape> rows, List<Layout.Output> kept, boolean stepsLast) {
      return OnnxConverter.convert(network, rows, kept, stepsLast);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
