package dev.nightjar.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How JVMs are started.
 *
 * @param classPath of this leaf, as {@code -cp} takes it
 * @param mllibClassPath of MLlib with its own Spark and the classes of this leaf
 * @param options what Spark needs of a JVM
 */
record Jvms(String classPath, String mllibClassPath, List<String> options) {
  private static final String HEAP = "-Xmx3g";

  /** A JVM with the usual heap, not started yet. */
  Child child(
      String name,
      String path,
      Optional<String> ompThreads,
      String main,
      List<String> arguments,
      Path folder) {
    return child(name, path, ompThreads, main, arguments, folder, List.of(HEAP));
  }

  /** A JVM with other options for its memory, not started yet. */
  Child child(
      String name,
      String path,
      Optional<String> ompThreads,
      String main,
      List<String> arguments,
      Path folder,
      List<String> memory) {
    List<String> all = new ArrayList<>(options);
    all.addAll(memory);
    all.addAll(List.of("-Duser.language=en", "-Duser.country=US", "-Duser.timezone=UTC"));
    return new Child(
        new Child.Environment(name, path, ompThreads, all, main, arguments),
        folder.resolve(name + ".log"));
  }
}
