package dev.nightjar.engine;

import dev.nightjar.bundle.BundleException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Finds implementations on the class path. They are looked up with the interface's own class
 * loader: on an executor, the thread's loader is Spark's and need not know our jars' services.
 */
public final class Engines {
  private Engines() {}

  /**
   * The reference of that name.
   *
   * @throws BundleException when no jar on the class path has it
   */
  public static Reference reference(String name) {
    return named(Reference.class, Reference::name, name);
  }

  /**
   * The engine of that name.
   *
   * @throws BundleException when no jar on the class path has it
   */
  public static Engine engine(String name) {
    return named(Engine.class, Engine::name, name);
  }

  /** Whether a jar on the class path has the engine of that name. */
  public static boolean has(String name) {
    return load(Engine.class).stream().anyMatch(engine -> engine.name().equals(name));
  }

  /** Whether a jar on the class path has the reference of that name. */
  public static boolean hasReference(String name) {
    return load(Reference.class).stream().anyMatch(reference -> reference.name().equals(name));
  }

  private static <S> S named(Class<S> service, Function<S, String> nameOf, String name) {
    List<S> all = load(service);
    return all.stream()
        .filter(one -> nameOf.apply(one).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BundleException(
                    "no engine '"
                        + name
                        + "' on the class path (there: "
                        + all.stream().map(nameOf).toList()
                        + "); add nightjar-scoring-"
                        + name
                        + " and its dependencies"));
  }

  /** The packager, where a jar on the class path has one. */
  public static Optional<Packager> findPackager() {
    return load(Packager.class).stream().findFirst();
  }

  /**
   * The packager.
   *
   * @throws BundleException when no jar on the class path has one
   */
  public static Packager packager() {
    return findPackager()
        .orElseThrow(
            () ->
                new BundleException(
                    "no packager on the class path; add nightjar-scoring-dl4j and its dependencies"));
  }

  /**
   * What imports networks of Keras.
   *
   * @throws BundleException when no jar on the class path has it
   */
  public static ModelImporter importer() {
    return load(ModelImporter.class).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new BundleException(
                    "nothing on the class path imports networks of Keras; add"
                        + " nightjar-scoring-keras and its dependencies"));
  }

  private static <S> List<S> load(Class<S> service) {
    return ServiceLoader.load(service, service.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
