package dev.nightjar.keras;

import dev.nightjar.dl4j.SharedCases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.hdf5.Attribute;
import org.bytedeco.hdf5.DSetCreatPropList;
import org.bytedeco.hdf5.DataSet;
import org.bytedeco.hdf5.DataSpace;
import org.bytedeco.hdf5.FileAccPropList;
import org.bytedeco.hdf5.FileCreatPropList;
import org.bytedeco.hdf5.Group;
import org.bytedeco.hdf5.H5File;
import org.bytedeco.hdf5.H5Object;
import org.bytedeco.hdf5.PredType;
import org.bytedeco.hdf5.StrType;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Models as Keras saves them, damaged or forged. */
final class ModelFiles {
  private ModelFiles() {}

  /** A small sound model: 16 numbers in, 32 out. */
  static Path sound() {
    return SharedCases.folder("models/keras").resolve("activations/ReLU_0_model.h5");
  }

  /** A copy of the sound model after a change. */
  static byte[] changed(Path folder, Consumer<H5File> change) throws IOException {
    Path copy = folder.resolve("changed.h5");
    Files.copy(sound(), copy, StandardCopyOption.REPLACE_EXISTING);
    copy.toFile().setWritable(true);
    H5File file = new H5File(copy.toString(), hdf5.H5F_ACC_RDWR);
    change.accept(file);
    file._close();
    return taken(copy);
  }

  /** A new file in the newest format, which alone has attributes of more than 64 KiB. */
  static byte[] made(Path folder, Consumer<H5File> contents) throws IOException {
    Path path = folder.resolve("made.h5");
    FileAccPropList latest = new FileAccPropList();
    latest.setLibverBounds(hdf5.H5F_LIBVER_LATEST, hdf5.H5F_LIBVER_LATEST);
    H5File file = new H5File(path.toString(), hdf5.H5F_ACC_TRUNC, new FileCreatPropList(), latest);
    contents.accept(file);
    file._close();
    return taken(path);
  }

  /**
   * A Sequential model as Keras 2 saves it.
   *
   * @param layers as JSON
   * @param weights by {@code layer/layer/name:0}, in the layers' order
   */
  static byte[] sequential(Path folder, String layers, Map<String, Weights> weights)
      throws IOException {
    return saved(
        folder,
        "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\", \"layers\": ["
            + layers
            + "]}}",
        weights);
  }

  /** {@link #sequential} for a model of any class, as JSON. */
  static byte[] saved(Path folder, String model, Map<String, Weights> weights) throws IOException {
    return made(
        folder,
        file -> {
          setFixed(file, "model_config", model);
          setFixed(file, "keras_version", "2.3.1");
          setFixed(file, "backend", "tensorflow");
          Group root = file.createGroup("model_weights");
          setFixed(root, "keras_version", "2.3.1");
          setFixed(root, "backend", "tensorflow");
          root._close();
          weights.forEach((path, values) -> write(file, "model_weights/" + path, values));
          weights.keySet().stream()
              .map(path -> path.substring(0, path.indexOf('/')))
              .distinct()
              .forEach(layer -> nameWeights(file, layer, weights.keySet()));
        });
  }

  /** Each layer's group tells the names of its arrays, in order. */
  private static void nameWeights(H5File file, String layer, Set<String> paths) {
    List<String> names =
        paths.stream()
            .filter(path -> path.startsWith(layer + "/"))
            .map(path -> path.substring(layer.length() + 1))
            .toList();
    int longest = names.stream().mapToInt(String::length).max().orElseThrow();
    byte[] texts = new byte[names.size() * longest];
    for (int i = 0; i < names.size(); i++) {
      byte[] name = names.get(i).getBytes(StandardCharsets.UTF_8);
      System.arraycopy(name, 0, texts, i * longest, name.length);
    }
    Group group = file.openGroup("model_weights/" + layer);
    StrType type = new StrType(PredType.C_S1(), longest);
    Attribute attribute =
        group.createAttribute("weight_names", type, new DataSpace(1, new long[] {names.size()}));
    attribute.write(type, (Pointer) new BytePointer(texts));
    attribute._close();
    group._close();
  }

  /** An array of weights, the last index running fastest. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Weights(long[] shape, float[] values) {
    static Weights of(float[] values, long... shape) {
      return new Weights(shape, values);
    }
  }

  private static void write(H5File file, String path, Weights weights) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String group = path.substring(0, slash);
      if (!file.nameExists(group)) {
        file.createGroup(group)._close();
      }
    }
    DataSpace space = new DataSpace(weights.shape().length, weights.shape());
    DataSet array = file.createDataSet(path, PredType.NATIVE_FLOAT(), space);
    array.write((Pointer) new FloatPointer(weights.values()), PredType.NATIVE_FLOAT());
    array._close();
  }

  private static byte[] taken(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /** A copy of the sound model with another architecture. */
  static byte[] withArchitecture(Path folder, String json) throws IOException {
    return changed(folder, file -> setFixed(file, "model_config", json));
  }

  static void setFixed(H5Object file, String name, String text) {
    if (file.attrExists(name)) {
      file.removeAttr(name);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StrType type = new StrType(PredType.C_S1(), bytes.length);
    Attribute attribute = file.createAttribute(name, type, new DataSpace(hdf5.H5S_SCALAR));
    attribute.write(type, (Pointer) new BytePointer(bytes));
    attribute._close();
  }

  /** A text as newer writers store it: by a pointer, of any length. */
  static void setVariable(H5File file, String name, String text) {
    if (file.attrExists(name)) {
      file.removeAttr(name);
    }
    StrType type = new StrType(PredType.C_S1(), hdf5.H5T_VARIABLE);
    Attribute attribute = file.createAttribute(name, type, new DataSpace(hdf5.H5S_SCALAR));
    attribute.write(type, text);
    attribute._close();
  }

  /** Declares an array of so many numbers and stores none. */
  static void declare(H5File file, String group, String name, long numbers) {
    Group weights = file.openGroup(group);
    DataSet array =
        weights.createDataSet(
            name, PredType.NATIVE_FLOAT(), new DataSpace(1, new long[] {numbers}));
    array._close();
    weights._close();
  }

  /** Declares an array whose numbers are the bytes of another file. */
  static void declareOutside(H5File file, String group, String name, Path elsewhere) {
    Group weights = file.openGroup(group);
    DSetCreatPropList properties = new DSetCreatPropList();
    properties.setExternal(elsewhere.toString(), 0, 16);
    DataSet array =
        weights.createDataSet(
            new BytePointer(name),
            PredType.NATIVE_FLOAT(),
            new DataSpace(1, new long[] {4}),
            properties,
            new org.bytedeco.hdf5.DSetAccPropList(),
            new org.bytedeco.hdf5.LinkCreatPropList());
    array._close();
    weights._close();
  }

  /** Puts a soft link where an array could be. */
  static void link(H5File file, String group, String name, String target) {
    Group weights = file.openGroup(group);
    weights.link(hdf5.H5L_TYPE_SOFT, target, name);
    weights._close();
  }
}
