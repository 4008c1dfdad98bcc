package dev.nightjar.dl4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.dl4j.canary.NetworkCanaries;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Networks whose JSON names classes that are not DL4J's. */
final class HostileNetworks extends HostileJson {
  private static final String ENTRY = "configuration.json";
  private static final String CONF = "org.deeplearning4j.nn.conf.";

  private HostileNetworks() {
    super(NetworkCanaries.class, "");
  }

  static List<HostileBundle> all() {
    HostileNetworks networks = new HostileNetworks();
    networks.addParts();
    networks.addNested();
    networks.addArrays();
    networks.addDisguises();
    networks.addOthersClasses();
    networks.addGraphs();
    networks.addOldFormats();
    return networks.cases();
  }

  private void addParts() {
    replace("a layer of one's own", "/confs/0", "layer", NetworkCanaries.Layer.class);
    replace("an output layer of one's own", "/confs/1", "layer", NetworkCanaries.Output.class);
    String layer = "/confs/0/layer";
    replace("an activation of one's own", layer, "activationFn", NetworkCanaries.Activation.class);
    replace("a loss of one's own", "/confs/1/layer", "lossFn", NetworkCanaries.Loss.class);
    replace("an updater of one's own", layer, "iupdater", NetworkCanaries.Updater.class);
    replace("an updater of biases", layer, "biasUpdater", NetworkCanaries.Updater.class);
    replace("dropout of one's own", layer, "idropout", NetworkCanaries.Dropout.class);
    replace("weight noise of one's own", layer, "weightNoise", NetworkCanaries.WeightNoise.class);
    replace("initial weights", layer, "weightInitFn", NetworkCanaries.WeightInit.class);
    changeInVain(
        "a step function",
        root -> at(root, "/confs/0").set("stepFunction", of(NetworkCanaries.StepFunction.class)));
    for (String list : List.of("regularization", "regularizationBias")) {
      change(
          list + " of one's own",
          root -> at(root, layer).putArray(list).add(of(NetworkCanaries.Regularization.class)));
    }
    change(
        "a constraint of one's own",
        root -> at(root, layer).putArray("constraints").add(of(NetworkCanaries.Constraint.class)));
    change(
        "a step between layers",
        root -> at(root, "/inputPreProcessors").set("0", of(NetworkCanaries.PreProcessor.class)));
  }

  private void addNested() {
    replace(
        "a schedule inside dropout",
        "/confs/0/layer/idropout",
        "pschedule",
        NetworkCanaries.Schedule.class);
    replace(
        "a schedule inside an updater",
        "/confs/0/layer/iupdater",
        "learningRateSchedule",
        NetworkCanaries.Schedule.class);
    change(
        "a distribution inside initial weights",
        root ->
            at(root, "/confs/0/layer")
                .set(
                    "weightInitFn",
                    of("org.deeplearning4j.nn.weights.WeightInitDistribution")
                        .set("distribution", type(NetworkCanaries.Distribution.class))));
    change(
        "a distribution inside weight noise",
        root ->
            at(root, "/confs/0/layer")
                .set(
                    "weightNoise",
                    of(CONF + "weightnoise.WeightNoise")
                        .set("distribution", type(NetworkCanaries.Distribution.class))));
    change(
        "a layer inside a frozen one",
        root ->
            at(root, "/confs/0")
                .set(
                    "layer",
                    of(CONF + "layers.misc.FrozenLayer")
                        .set("layer", of(NetworkCanaries.Layer.class))));
    change(
        "a layer inside a bidirectional one",
        root ->
            at(root, "/confs/0")
                .set(
                    "layer",
                    of(CONF + "layers.recurrent.Bidirectional")
                        .set("fwd", of(NetworkCanaries.Layer.class))));
    change(
        "a step inside several",
        root -> {
          ObjectNode several = of(CONF + "preprocessor.ComposableInputPreProcessor");
          several.putArray("inputPreProcessors").add(of(NetworkCanaries.PreProcessor.class));
          at(root, "/inputPreProcessors").set("0", several);
        });
    change(
        "a distribution of an autoencoder",
        root ->
            at(root, "/confs/0")
                .set(
                    "layer",
                    of(CONF + "layers.variational.VariationalAutoencoder")
                        .set("outputDistribution", of(NetworkCanaries.Reconstruction.class))));
  }

  private void addArrays() {
    change(
        "a layer as an array",
        root -> at(root, "/confs/0").set("layer", array(NetworkCanaries.Layer.class)));
    change(
        "an activation as an array",
        root ->
            at(root, "/confs/0/layer")
                .set("activationFn", array(NetworkCanaries.Activation.class)));
    change(
        "a constraint as an array in a list",
        root ->
            at(root, "/confs/0/layer")
                .putArray("constraints")
                .add(array(NetworkCanaries.Constraint.class)));
    changeInVain(
        "a distribution as an array",
        root ->
            at(root, "/confs/0/layer")
                .set(
                    "weightInitFn",
                    of("org.deeplearning4j.nn.weights.WeightInitDistribution")
                        .set("distribution", array(NetworkCanaries.Distribution.class))));
    changeInVain(
        "an array of a class name alone",
        root -> at(root, "/confs/0").putArray("layer").add(NetworkCanaries.Output.class.getName()));
    changeInVain(
        "an array of a generic type",
        root ->
            at(root, "/confs/0")
                .putArray("layer")
                .add(NetworkCanaries.Layer.class.getName() + "<java.lang.String>")
                .addObject());
  }

  private void addDisguises() {
    String canary = NetworkCanaries.Layer.class.getName();
    String named = "names the class '" + canary + "'";
    String dense = CONF + "layers.DenseLayer";
    String key = "\"@class\":";
    String before = key + "\"" + dense + "\"";
    String ours = "\"" + canary + "\"";
    String escaped = ours.replace("d", "\\u0064").replace("$", "\\u0024");
    disguise(
        "a second @class behind the first",
        before,
        before + "," + key + ours,
        "Duplicate field '@class'",
        false);
    disguise("a second @class before the first", before, key + ours + "," + before, named, false);
    disguise("@class in unicode escapes", before, "\"\\u0040cl\\u0061ss\":" + ours, named, true);
    disguise("a class name in unicode escapes", before, key + escaped, named, true);
    disguise(
        "@class in capitals",
        before,
        before + ",\"@CLASS\":" + ours,
        "names the class '@CLASS'",
        false);
    disguise(
        "a class name with a blank", dense, " " + dense, "names the class ' " + dense + "'", false);
    disguise(
        "a class name that is no text",
        before,
        key + "[" + ours + "]",
        "names the class '['",
        false);
    disguise(
        "a class under type, where none is looked for",
        before,
        before + ",\"TYPE\":" + ours,
        named,
        false);
    disguise("a second document", "", "{}", "has something behind its JSON", false);
    disguise("comments", "{\"", "/* " + canary + " */{\"", "is no JSON", false);
    add(
        "a network in UTF-16",
        named,
        false,
        () -> {
          ObjectNode root = sound();
          at(root, "/confs/0/layer").put("@class", canary);
          return with(root.toString().getBytes(StandardCharsets.UTF_16BE));
        });
  }

  private void addOthersClasses() {
    for (String name :
        List.of(
            "java.lang.ProcessBuilder",
            "javax.script.ScriptEngineManager",
            "java.lang.Object",
            "java.util.HashMap<java.lang.String,java.lang.Object>",
            "[Ljava.lang.Runtime;",
            "com.sun.rowset.JdbcRowSetImpl",
            CONF + "layers.samediff.SameDiffLambdaLayer",
            CONF + "graph.SameDiffVertex",
            "org.deeplearning4j.nn.modelimport.keras.layers.TFOpLayer",
            "org.datavec.api.conf.Configuration",
            "com.example.Unheard")) {
      add(
          "a layer that is " + name,
          "names the class '" + name + "'",
          false,
          () -> with(root -> at(root, "/confs/0/layer").put("@class", name)));
    }
    String lambda = CONF + "layers.DenseLayer\n";
    add(
        "a class name with a line break",
        "names the class '" + CONF + "layers.DenseLayer?'",
        false,
        () -> with(root -> at(root, "/confs/0/layer").put("@class", lambda)));
  }

  private void addGraphs() {
    graph(
        "a vertex of one's own",
        root -> at(root, "/vertices").set("out", of(NetworkCanaries.Vertex.class)));
    graph(
        "a layer of one's own in a graph",
        root ->
            at(root, "/vertices/hidden/layerConf").set("layer", of(NetworkCanaries.Layer.class)));
    graph(
        "a step before a layer of a graph",
        root ->
            at(root, "/vertices/hidden")
                .set("preProcessor", of(NetworkCanaries.PreProcessor.class)));
    graph(
        "a vertex inside a frozen one",
        root ->
            at(root, "/vertices")
                .set(
                    "out",
                    of(CONF + "graph.FrozenVertex")
                        .set("underlying", of(NetworkCanaries.Vertex.class))));
    graph(
        "an activation of one's own in a graph",
        root ->
            at(root, "/vertices/hidden/layerConf/layer")
                .set("activationFn", of(NetworkCanaries.Activation.class)));
    graph(
        "a vertex as an array",
        root -> at(root, "/vertices").set("out", array(NetworkCanaries.Vertex.class)));
  }

  /** As 0.5 to 1.0.0-beta wrote them: layers inside objects of one key, everything else beside. */
  private void addOldFormats() {
    old(
        "a distribution in an old network",
        root ->
            at(root, "/confs/0/layer/dense")
                .put("weightInit", "DISTRIBUTION")
                .set("dist", type(NetworkCanaries.Distribution.class)));
    old(
        "an updater in an old network",
        root ->
            at(root, "/confs/0/layer/dense").set("iupdater", of(NetworkCanaries.Updater.class)));
    old(
        "dropout in an old network",
        root ->
            at(root, "/confs/0/layer/dense").set("idropout", of(NetworkCanaries.Dropout.class)));
    add(
        "an old network with a layer by its class",
        "cannot be made a network by DL4J",
        false,
        () -> {
          ObjectNode root = oldConfiguration();
          ObjectNode conf = at(root, "/confs/0");
          JsonNode dense = conf.get("layer").get("dense");
          conf.putObject("layer").set(NetworkCanaries.Layer.class.getName(), dense);
          return with(SoundBundle.bytes(root.toString()));
        });
  }

  private void replace(String name, String parent, String field, Class<?> canary) {
    change(
        name,
        root -> {
          JsonNode before = at(root, parent).path(field);
          ObjectNode part = before.isObject() ? before.deepCopy() : JSON.createObjectNode();
          at(root, parent).set(field, part.put("@class", canary.getName()));
        });
  }

  private void disguise(String name, String from, String to, String expected, boolean canary) {
    add(
        name,
        expected,
        canary,
        () -> {
          String json = sound().toString();
          String changed = from.isEmpty() ? json + to : json.replace(from, to);
          return with(SoundBundle.bytes(changed));
        });
  }

  private void graph(String name, Consumer<ObjectNode> change) {
    change(name, true, () -> read(Flights.graph().getConfiguration().toJson()), change);
  }

  private void old(String name, Consumer<ObjectNode> change) {
    change(name, true, HostileNetworks::oldConfiguration, change);
  }

  @Override
  ObjectNode sound() {
    return read(SoundBundle.text(SoundBundle.model().get(ENTRY)));
  }

  @Override
  Map<String, byte[]> with(byte[] json) {
    return SoundBundle.withModel(ENTRY, json);
  }

  private static ObjectNode oldConfiguration() {
    ObjectNode root = read("{\"backprop\":true,\"confs\":[],\"pretrain\":false}");
    ArrayNode confs = root.withArray("confs");
    confs.addObject().set("layer", layer("dense", 6, 8));
    confs.addObject().set("layer", layer("output", 8, 1).deepCopy());
    ((ObjectNode) confs.at("/1/layer/output")).put("lossFunction", "MSE");
    return root;
  }

  private static ObjectNode layer(String word, int inputs, int outputs) {
    ObjectNode layer = JSON.createObjectNode();
    layer
        .putObject(word)
        .put("activationFunction", "relu")
        .put("nin", inputs)
        .put("nout", outputs)
        .put("updater", "SGD")
        .put("learningRate", 0.1)
        .put("rho", "NaN")
        .put("weightInit", "XAVIER");
    return layer;
  }

  private static ObjectNode at(ObjectNode root, String pointer) {
    return (ObjectNode) node(root, pointer);
  }

  /** Distributions have their class under another key. */
  private static ObjectNode type(Class<?> canary) {
    return JSON.createObjectNode().put("type", canary.getName());
  }
}
