package dev.nightjar.dl4j;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.dl4j.HostileBundle.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Bundles that are hostile in one file of JSON, by the classes that it names. */
abstract class HostileJson {
  static final ObjectMapper JSON = new ObjectMapper();

  private final String canaries;
  private final String ending;
  private final List<HostileBundle> cases = new ArrayList<>();

  /**
   * No case so far.
   *
   * @param canaries the class in which the canaries are
   * @param ending of the name of each case
   */
  HostileJson(Class<?> canaries, String ending) {
    this.canaries = "names the class '" + canaries.getName() + "$";
    this.ending = ending;
  }

  /** The JSON of a sound bundle, to be changed. */
  abstract ObjectNode sound();

  /** The files of a bundle with this in the place of the sound JSON. */
  abstract Map<String, byte[]> with(byte[] json);

  final List<HostileBundle> cases() {
    return cases;
  }

  /** A canary that would run. */
  final void change(String name, Consumer<ObjectNode> change) {
    change(name, true, this::sound, change);
  }

  /** A canary that would not: what names it fits nowhere. */
  final void changeInVain(String name, Consumer<ObjectNode> change) {
    change(name, false, this::sound, change);
  }

  /** A canary in other JSON than the usual. */
  final void change(
      String name, boolean canary, Supplier<ObjectNode> sound, Consumer<ObjectNode> change) {
    add(name, canaries, canary, () -> with(sound.get(), change));
  }

  final void add(
      String name, String expected, boolean canary, Supplier<Map<String, byte[]>> files) {
    cases.add(
        new HostileBundle(
            name + ending,
            Kind.CLASS_NAME,
            expected,
            canary,
            Optional.empty(),
            SoundBundle.zipped(files)));
  }

  final Map<String, byte[]> with(Consumer<ObjectNode> change) {
    return with(sound(), change);
  }

  private Map<String, byte[]> with(ObjectNode root, Consumer<ObjectNode> change) {
    change.accept(root);
    return with(SoundBundle.bytes(root.toString()));
  }

  static ObjectNode read(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode node(ObjectNode root, String pointer) {
    return root.requiredAt(JsonPointer.compile(pointer));
  }

  static ObjectNode of(Class<?> canary) {
    return of(canary.getName());
  }

  static ObjectNode of(String name) {
    return JSON.createObjectNode().put("@class", name);
  }

  /** Jackson takes an array of a class name and an object in the place of an object. */
  static ArrayNode array(Class<?> canary) {
    ArrayNode array = JSON.createArrayNode().add(canary.getName());
    array.addObject();
    return array;
  }
}
