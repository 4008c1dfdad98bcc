package dev.nightjar.project;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.config.YamlFile;
import dev.nightjar.store.StorePlace;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code conf/project.yaml} says, but for the schedulers' ledger and page. Immutable.
 *
 * @param registry where the registry of models lies, as it is written; {@link #resolved} is where
 *     that is
 * @param featureStore where features lie to be looked up
 */
public record ProjectSettings(Template registry, StorePlace featureStore) {
  private static final String REGISTRY = "registry";
  private static final String FEATURE_STORE = "feature-store";
  private static final String LEDGER = "ledger";
  private static final String NOTIFY = "notify";
  private static final String PAGE = "page";

  /** Where a project without the file has its registry. */
  private static final Template USUAL_REGISTRY = Template.of("models");

  /**
   * The settings of the project in a folder; where the file, or a key, is not there, the usual
   * ones: the folders {@code models} and {@code feature-store}.
   *
   * @param folder absolute
   * @param environment what <code>${env:NAME}</code> means
   * @param problems gets every mistake of the file; what is returned is then of no use
   * @param withStore whether the store is read: a job may run where nobody has its password
   */
  public static ProjectSettings read(
      Path folder, Environment environment, Problems problems, boolean withStore) {
    StorePlace usual = new StorePlace.Folder(folder.resolve(FEATURE_STORE));
    ProjectSettings none = new ProjectSettings(USUAL_REGISTRY, usual);
    Path file = folder.resolve("conf/project.yaml");
    if (!Files.exists(file)) {
      return none;
    }
    return YamlFile.read(Path.of(shown(file)), environment, problems)
        .map(section -> read(section, folder, none, withStore))
        .orElse(none);
  }

  /**
   * {@link #read(Path, Environment, Problems, boolean)} with the store.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public static ProjectSettings read(Path folder, Environment environment) {
    Problems problems = new Problems();
    ProjectSettings settings = read(folder, environment, problems, true);
    problems.throwIfAny();
    return settings;
  }

  private static ProjectSettings read(
      Section section, Path folder, ProjectSettings none, boolean withStore) {
    StorePlace store = none.featureStore;
    if (section.has(FEATURE_STORE) && withStore) {
      store = StorePlace.read(section, FEATURE_STORE, folder);
    }
    Template registry = section.optionalTemplate(REGISTRY).orElse(none.registry);
    for (String variable : registry.variables()) {
      section.problem(REGISTRY, "${" + variable + "} cannot stand here; only ${env:NAME} can");
    }
    section.has(LEDGER); // the schedulers' own, who read it with its password
    section.has(NOTIFY); // and its secrets
    section.has(PAGE); // theirs, too
    section.refuseUnknownKeys();
    return new ProjectSettings(registry, store);
  }

  /**
   * A path of a project's files, against its folder where it is relative and names no file system.
   */
  public static String resolved(Path folder, String path) {
    return path.contains(":/") ? path : folder.resolve(path).toString();
  }

  /** A path as the user would name it: relative to the working folder where it lies below. */
  public static String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }
}
