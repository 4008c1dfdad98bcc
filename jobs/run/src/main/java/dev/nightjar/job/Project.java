package dev.nightjar.job;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.config.Template;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.Sha256;
import dev.nightjar.feature.DeclaredView;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.ledger.LedgerKey;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.notice.Notify;
import dev.nightjar.project.ProjectSettings;
import dev.nightjar.schedule.page.PageKey;
import dev.nightjar.schedule.page.PageSettings;
import dev.nightjar.store.StorePlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder with {@code conf/jobs/<job>.yaml} and {@code conf/views/<view>.yaml}, and what holds for
 * all of them in {@code conf/project.yaml}, if it needs saying; relative paths in these files are
 * meant against it.
 *
 * @param folder absolute
 * @param environment what <code>${env:NAME}</code> means
 */
public record Project(Path folder, Environment environment) {
  private static final String YAML = ".yaml";

  /** The project in a folder. */
  public static Project open(Path folder, Environment environment) {
    return new Project(folder.toAbsolutePath().normalize(), environment);
  }

  /**
   * The project to which a job file belongs: the folder above its {@code conf/jobs}.
   *
   * @throws ConfigurationException when it lies elsewhere
   */
  public static Project ofJobFile(Path file, Environment environment) {
    Path jobs = file.toAbsolutePath().normalize().getParent();
    Path conf = jobs == null ? null : jobs.getParent();
    Path folder = conf == null ? null : conf.getParent();
    if (folder == null || jobs == null || !jobs.endsWith(Path.of("conf", "jobs"))) {
      throw new ConfigurationException(
          new Problem(
              file.toString(),
              0,
              "",
              "a job file lies in conf/jobs of its project; move it there, or name the project with"
                  + " --project"));
    }
    return open(folder, environment);
  }

  /** The names of all jobs, sorted. */
  public List<String> jobNames() {
    return names("jobs");
  }

  /** The names of all feature views, sorted. */
  public List<String> viewNames() {
    return names("views");
  }

  /**
   * The job of that name, with its views.
   *
   * @throws ConfigurationException with every mistake of all its files
   */
  public Job job(String name) {
    if (!jobNames().contains(name)) {
      String jobs = ProjectSettings.shown(folder.resolve("conf/jobs"));
      throw new ConfigurationException(
          new Problem(
              jobs, 0, "", "no job '" + name + "' here" + Suggestion.text(name, jobNames())));
    }
    return jobIn(folder.resolve("conf/jobs").resolve(name + YAML));
  }

  /**
   * The job in a file, with its views.
   *
   * @throws ConfigurationException with every mistake of all its files
   */
  public Job jobIn(Path file) {
    Problems problems = new Problems();
    Optional<Job> job =
        new JobFiles(this, environment, problems).read(Path.of(ProjectSettings.shown(file)));
    problems.throwIfAny();
    return job.orElseThrow();
  }

  /**
   * The feature view of that name, one of {@link #viewNames}.
   *
   * @throws ConfigurationException with every mistake of its file
   */
  public FeatureView view(String name) {
    return declaredView(name).view();
  }

  /**
   * The feature view of that name, one of {@link #viewNames}, with what its file says of it beside
   * the rule.
   *
   * @throws ConfigurationException with every mistake of its file
   */
  public DeclaredView declaredView(String name) {
    return FeatureViews.readDeclared(viewFile(name).orElseThrow(), environment);
  }

  /** The file of a job, as the user would name it. */
  public Path jobFile(String name) {
    return Path.of(ProjectSettings.shown(folder.resolve("conf/jobs").resolve(name + YAML)));
  }

  /**
   * Where the registry of models lies: {@code registry} of {@code conf/project.yaml}, else the
   * folder {@code models}.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public Template registry() {
    Problems problems = new Problems();
    Template registry = registry(problems);
    problems.throwIfAny();
    return registry;
  }

  /** Without the store, whose password nobody may have where a job runs. */
  Template registry(Problems problems) {
    return ProjectSettings.read(folder, environment, problems, false).registry();
  }

  /**
   * Where features lie to be looked up: {@code feature-store} of {@code conf/project.yaml}, a
   * folder of this machine or a Redis, else the folder {@code feature-store}.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public StorePlace featureStore() {
    return ProjectSettings.read(folder, environment).featureStore();
  }

  /**
   * Where the schedulers of the project agree: {@code ledger} of {@code conf/project.yaml}, else
   * the file {@code ledger/nightjar.db}.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public LedgerPlace ledger() {
    return settings(section -> LedgerKey.read(section, folder))
        .orElseGet(() -> LedgerKey.usual(folder));
  }

  /**
   * What schedulers of the project show in a browser: {@code page} of {@code conf/project.yaml};
   * empty for nothing.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public Optional<PageSettings> page() {
    return settings(section -> PageKey.read(section, folder)).flatMap(page -> page);
  }

  /** What a part of conf/project.yaml says; empty without the file. */
  private <T> Optional<T> settings(Function<Section, T> part) {
    Problems problems = new Problems();
    ProjectSettings.read(folder, environment, problems, false);
    problems.throwIfAny();
    Path file = folder.resolve("conf/project.yaml");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Optional<T> read =
        YamlFile.read(Path.of(ProjectSettings.shown(file)), environment, problems).map(part);
    problems.throwIfAny();
    return Optional.of(read.orElseThrow());
  }

  /**
   * Who is told of what goes wrong: {@code notify} of {@code conf/project.yaml}; empty without it.
   *
   * @throws ConfigurationException with every mistake of the file
   */
  public Optional<Notify> notifying() {
    Problems problems = new Problems();
    Path file = folder.resolve("conf/project.yaml");
    Optional<Notify> read =
        Files.exists(file)
            ? YamlFile.read(Path.of(ProjectSettings.shown(file)), environment, problems)
                .flatMap(Notify::read)
            : Optional.empty();
    problems.throwIfAny();
    return read;
  }

  /**
   * The same of a job: {@code schedule.notify} of its file, which need not be sound otherwise;
   * empty without it, and for a job whose file is gone.
   *
   * @throws ConfigurationException with every mistake of it
   */
  public Optional<Notify> notifying(String job) {
    Path file = jobFile(job);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Problems problems = new Problems();
    Optional<Notify> read =
        YamlFile.read(file, environment, problems)
            .flatMap(section -> section.optionalSection("schedule"))
            .flatMap(Notify::read);
    problems.throwIfAny();
    return read;
  }

  /** A path of these files, against the folder where it is relative and names no file system. */
  public String resolved(String path) {
    return resolved(folder, path);
  }

  /** {@link #resolved(String)} of the project in a folder. */
  public static String resolved(Path folder, String path) {
    return ProjectSettings.resolved(folder, path);
  }

  /** The file of a feature view, as the user would name it; empty when there is none. */
  public Optional<Path> viewFile(String name) {
    return viewNames().contains(name)
        ? Optional.of(
            Path.of(ProjectSettings.shown(folder.resolve("conf/views").resolve(name + YAML))))
        : Optional.empty();
  }

  /** SHA-256 over these files' contents, in their order. */
  String digest(List<Path> files) {
    StringBuilder digests = new StringBuilder();
    try {
      for (Path file : files) {
        digests.append(Sha256.of(Files.readAllBytes(file))).append('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a file of the configuration has just vanished", e);
    }
    return Sha256.of(digests.toString());
  }

  private List<String> names(String kind) {
    Path place = folder.resolve("conf").resolve(kind);
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(YAML))
          .map(name -> name.substring(0, name.length() - YAML.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + place + " cannot be read", e);
    }
  }
}
