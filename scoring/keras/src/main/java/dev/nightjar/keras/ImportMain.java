package dev.nightjar.keras;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.process.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * The process of one import: {@code ImportMain FOLDER PARENT} reads {@code model.h5} of that folder
 * and writes {@code model.zip} and {@code facts.properties} there, or the reason why not to {@code
 * refusal.txt}. It ends with the process PARENT.
 */
public final class ImportMain {
  static final String SOURCE = "model.h5";
  static final String RESULT = "model.zip";
  static final String FACTS = "facts.properties";
  static final String REFUSAL = "refusal.txt";

  private static final String MODEL = "model_config";
  private static final String WEIGHTS = "model_weights";
  private static final String VERSION = "keras_version";
  private static final String BACKEND = "backend";
  private static final int LONGEST_REASON = 600;

  /** What a file holds, checked: the layers, and how many numbers are stored as their weights. */
  private record Contents(KerasArchitecture architecture, long weights) {}

  private ImportMain() {}

  /** Imports, and ends the process; native threads may still be about. */
  public static void main(String[] arguments) throws IOException {
    ChildJvm.endWith(Long.parseLong(arguments[1]));
    Path folder = Path.of(arguments[0]);
    Runtime.getRuntime().halt(run(folder) ? 0 : 1);
  }

  private static boolean run(Path folder) throws IOException {
    String refusal;
    try {
      convert(folder);
      return true;
    } catch (BundleException e) {
      refusal = e.getMessage();
    } catch (OutOfMemoryError e) {
      refusal =
          "it needs more memory than an import may take ("
              + e.getMessage()
              + "); look at the sizes of its layers";
    } catch (UnsatisfiedLinkError e) {
      refusal = "HDF5 cannot be loaded on this system: " + e.getMessage();
    } catch (Exception | LinkageError | StackOverflowError e) { // whatever a file can bring about
      refusal = "DL4J cannot import it: " + reason(e);
    }
    Files.writeString(folder.resolve(REFUSAL), String.valueOf(refusal), StandardCharsets.UTF_8);
    return false;
  }

  private static String reason(Throwable thrown) {
    Throwable last = thrown;
    while (last.getCause() != null && last.getCause() != last) {
      last = last.getCause();
    }
    String text = last.getMessage();
    if (text == null
        || last instanceof NullPointerException
        || last instanceof ClassCastException) {
      return last.getClass().getSimpleName()
          + " at "
          + last.getStackTrace()[0]
          + "; its architecture and its weights may not belong together";
    }
    String line = text.strip().replaceAll("\\s+", " ").replaceAll(" Please file an issue.*", "");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  private static void convert(Path folder)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    Path source = folder.resolve(SOURCE);
    Contents contents = contents(source);
    KerasArchitecture architecture = contents.architecture();
    Model model = build(architecture, source);
    checkWeights(contents, model.numParams());
    String configuration = withFixedSeeds(model);
    if (configuration.contains(KerasModel.class.getPackageName())) {
      throw new BundleException(
          "one of its layers becomes a class of DL4J's Keras import, which nothing that scores has;"
              + " replace Reshape, Permute and Flatten between layers of different kinds");
    }
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, zip, false);
    try (OutputStream out = Files.newOutputStream(folder.resolve(RESULT))) {
      copyWithoutTimes(zip.toByteArray(), out);
    }
    Properties facts = new Properties();
    facts.setProperty("keras", architecture.text(VERSION));
    facts.setProperty("keras-backend", architecture.text(BACKEND));
    try (OutputStream out = Files.newOutputStream(folder.resolve(FACTS))) {
      facts.store(out, null);
    }
  }

  private static Contents contents(Path source) {
    try (KerasFile file = new KerasFile(source)) {
      String text =
          file.text(MODEL)
              .orElseThrow(
                  () ->
                      new BundleException(
                          file.hasAttribute("layer_names")
                              ? "it holds weights alone, without the model; save both with"
                                  + " model.save, not model.save_weights"
                              : "it has no attribute '"
                                  + MODEL
                                  + "', so it is no model as Keras saves it; save it with"
                                  + " model.save('….h5')"));
      KerasArchitecture architecture = KerasArchitecture.read(text);
      file.text(VERSION).ifPresent(version -> architecture.put(VERSION, version));
      file.text(BACKEND).ifPresent(backend -> architecture.put(BACKEND, backend));
      String version = architecture.text(VERSION);
      if (!version.matches("[12](\\..*)?")) {
        throw new BundleException(
            "it was saved by Keras "
                + (version.isEmpty() ? "of an unknown version" : version)
                + "; Keras 1 and 2 can be imported. Save it from tf_keras as .h5");
      }
      if (!file.has(WEIGHTS)) {
        throw new BundleException("it has no group '" + WEIGHTS + "'; save it with model.save");
      }
      return new Contents(architecture, file.checkArrays(WEIGHTS));
    }
  }

  /** DL4J's import takes arrays of other sizes than the architecture's without a word. */
  private static void checkWeights(Contents contents, long parameters) {
    long stored = contents.weights();
    boolean fits =
        contents.architecture().hasOptionalWeights() ? stored <= parameters : stored == parameters;
    if (!fits) {
      throw new BundleException(
          String.format(
              "its weights are %d numbers and its architecture has %d; they do not belong together,"
                  + " so save the model again",
              stored, parameters));
    }
  }

  private static Model build(KerasArchitecture architecture, Path source)
      throws IOException,
          InvalidKerasConfigurationException,
          UnsupportedKerasConfigurationException {
    KerasModelBuilder builder =
        new KerasModel()
            .modelBuilder()
            .modelJson(architecture.toJson())
            .weightsHdf5Filename(source.toString())
            .enforceTrainingConfig(false);
    return architecture.sequential()
        ? builder.buildSequential().getMultiLayerNetwork()
        : builder.buildModel().getComputationGraph();
  }

  /** Sets the seeds, which are times otherwise, so that one file always gives the same bytes. */
  private static String withFixedSeeds(Model model) {
    if (model instanceof MultiLayerNetwork network) {
      network.getLayerWiseConfigurations().getConfs().forEach(conf -> conf.setSeed(0L));
      return network.getLayerWiseConfigurations().toJson();
    }
    ComputationGraph graph = (ComputationGraph) model;
    graph.getConfiguration().getDefaultConfiguration().setSeed(0L);
    graph.getConfiguration().getVertices().values().stream()
        .filter(LayerVertex.class::isInstance)
        .forEach(vertex -> ((LayerVertex) vertex).getLayerConf().setSeed(0L));
    return graph.getConfiguration().toJson();
  }

  private static void copyWithoutTimes(byte[] zip, OutputStream target) throws IOException {
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
        ZipOutputStream out = new ZipOutputStream(target)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setLastModifiedTime(FileTime.fromMillis(0));
        out.putNextEntry(copy);
        in.transferTo(out);
        out.closeEntry();
      }
    }
  }
}
