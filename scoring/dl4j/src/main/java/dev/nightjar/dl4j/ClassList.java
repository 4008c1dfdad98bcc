package dev.nightjar.dl4j;

import static java.util.Objects.requireNonNull;

import dev.nightjar.fault.Guard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The classes that a file may name, word for word: a list and no pattern. Immutable. */
final class ClassList {
  static final ClassList NETWORK =
      new ClassList(
          "network",
          "a network with layers, activations, losses or other parts of one's own is not loaded, because"
              + " loading it would run their code. Build it of DL4J's own parts and package it again");

  static final ClassList TRANSFORM =
      new ClassList(
          "transform",
          "a transform with steps, conditions or values of one's own is not loaded, because loading it"
              + " would run their code. Use DataVec's own, or do it in the query or view that feeds the"
              + " job");

  /** What stands between the names in a generic type. */
  private static final Pattern BETWEEN_NAMES = Pattern.compile("[<>,\\[\\];\\s]+");

  private final String what;
  private final String remedy;
  private final Set<String> names;

  private ClassList(String what, String remedy) {
    this.what = what;
    this.remedy = remedy;
    this.names = read("classes-of-" + what + "s.txt");
  }

  private static Set<String> read(String resource) {
    try (InputStream in = requireNonNull(ClassList.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " is in no jar", e);
    }
  }

  /** What such a file holds. */
  String what() {
    return what;
  }

  /** Why another class is refused, and what to do. */
  String remedy() {
    return remedy;
  }

  /** All names. */
  Set<String> names() {
    return names;
  }

  /** Whether a file may name this class. */
  boolean allows(String name) {
    return names.contains(name) || Guard.CLASS_NAMES.isOff(name);
  }

  /**
   * Whether there is a class of that name, or of a name inside a generic type of that name. Looks
   * for its file and loads nothing.
   */
  static boolean isOnClassPath(String text) {
    if (text.indexOf('\0') >= 0) {
      return true; // no file has such a name; whatever it is for, it is nothing good
    }
    List<String> names = new ArrayList<>(List.of(BETWEEN_NAMES.split(text)));
    names.add(text);
    return names.stream()
            .filter(name -> !name.isEmpty())
            .anyMatch(name -> hasFile(name) || (name.startsWith("L") && hasFile(name.substring(1))))
        && !Guard.CLASS_NAMES.isOff(text);
  }

  private static boolean hasFile(String name) {
    String file = name.replace('.', '/') + ".class";
    return loaders().stream().anyMatch(loader -> loader.getResource(file) != null);
  }

  /** Those that Jackson asks; most often they are one. */
  private static Set<ClassLoader> loaders() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(Thread.currentThread().getContextClassLoader());
    loaders.add(ObjectMapper.class.getClassLoader());
    loaders.add(ClassList.class.getClassLoader());
    loaders.remove(null);
    return loaders;
  }
}
