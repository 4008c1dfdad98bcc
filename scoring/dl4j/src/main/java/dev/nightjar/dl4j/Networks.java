package dev.nightjar.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.BundleException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
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
   * @throws BundleException when DL4J cannot make it, or it does not take rows and give rows
   */
  static Network read(String origin, ModelZip zip) {
    boolean graph = isGraph(origin, zip.configuration());
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

  private static boolean isGraph(String origin, String configuration) {
    JsonNode root;
    try {
      root = JSON.readTree(configuration);
    } catch (JsonProcessingException e) {
      throw new BundleException(origin + " has a configuration.json that is no JSON", e);
    }
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
    int inputs =
        width(origin, configuration.getConf(0).getLayer(), configuration.getInputPreProcess(0));
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(parameters(origin, zip), false);
    return new Layers(inputs, configuration.getDataType(), network);
  }

  private static Network readGraph(String origin, ModelZip zip) {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(zip.configuration());
    ParameterCount.check(origin, zip, configuration);
    List<String> inputs = configuration.getNetworkInputs();
    List<String> outputs = configuration.getNetworkOutputs();
    if (inputs.size() != 1 || outputs.size() != 1) {
      throw new BundleException(
          String.format(
              "%s is a graph with the inputs %s and the outputs %s; only graphs with one of each"
                  + " are scored",
              origin, inputs, outputs));
    }
    int width = graphWidth(origin, configuration, inputs.get(0));
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(parameters(origin, zip), false);
    return new Graph(width, configuration.getDataType(), network);
  }

  private static int graphWidth(
      String origin, ComputationGraphConfiguration configuration, String input) {
    for (Map.Entry<String, List<String>> vertex : configuration.getVertexInputs().entrySet()) {
      if (vertex.getValue().contains(input)
          && configuration.getVertices().get(vertex.getKey()) instanceof LayerVertex layer) {
        return width(origin, layer.getLayerConf().getLayer(), layer.getPreProcessor());
      }
    }
    throw new BundleException(
        origin
            + " is a graph whose input '"
            + input
            + "' leads to no layer, so how many numbers it takes is not known; put a layer first");
  }

  private static int width(String origin, Layer first, @Nullable InputPreProcessor preProcessor) {
    if (preProcessor instanceof FeedForwardToCnnPreProcessor pixels) {
      return Math.toIntExact(
          pixels.getInputHeight() * pixels.getInputWidth() * pixels.getNumChannels());
    }
    Layer layer = first;
    while (layer instanceof FrozenLayer || layer instanceof BaseWrapperLayer) {
      layer =
          layer instanceof FrozenLayer frozen
              ? frozen.getLayer()
              : ((BaseWrapperLayer) layer).getUnderlying();
    }
    if (preProcessor == null && layer instanceof FeedForwardLayer feedForward) {
      return Math.toIntExact(feedForward.getNIn());
    }
    throw new BundleException(
        origin
            + " begins with a "
            + layer.getClass().getSimpleName()
            + (preProcessor == null ? "" : " behind a " + preProcessor.getClass().getSimpleName())
            + "; only networks that take rows of numbers are scored, so begin with a DenseLayer");
  }

  /**
   * How many numbers the network gives for a row, found by running it.
   *
   * @throws BundleException when it does not take rows of numbers and give rows of numbers
   */
  static int outputs(String origin, Network network) {
    INDArray row = Nd4j.zeros(network.type(), 1, network.inputs());
    try {
      INDArray output = network.output(row);
      long[] shape = output.shape();
      Matrices.free(output);
      if (shape.length == 2 && shape[0] == 1) {
        return Math.toIntExact(shape[1]);
      }
      throw new BundleException(
          String.format(
              "%s gives an array of %d dimensions for a row; only networks that give a row of"
                  + " numbers are scored",
              origin, shape.length));
    } catch (BundleException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BundleException(
          String.format(
              "%s does not take a row of %d numbers: %s. Only networks from rows to rows are"
                  + " scored",
              origin, network.inputs(), e.getMessage()),
          e);
    } finally {
      Matrices.free(row);
    }
  }

  private static INDArray zeros(Network network) {
    return Matrices.of(new float[network.inputs()], 1, network.type());
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

  private record Layers(int inputs, DataType type, MultiLayerNetwork network) implements Network {
    @Override
    public INDArray output(INDArray rows) {
      return network.output(rows, false);
    }

    @Override
    public long bytesPerRow() {
      return bytes(network.feedForward(zeros(this), false));
    }

    @Override
    public void close() {
      network.close();
    }
  }

  private record Graph(int inputs, DataType type, ComputationGraph network) implements Network {
    @Override
    public INDArray output(INDArray rows) {
      return network.outputSingle(false, rows);
    }

    @Override
    public long bytesPerRow() {
      return bytes(network.feedForward(new INDArray[] {zeros(this)}, false).values());
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
