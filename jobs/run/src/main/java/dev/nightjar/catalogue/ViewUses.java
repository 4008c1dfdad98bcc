package dev.nightjar.catalogue;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.ViewDifferences;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.registry.Resolved;
import dev.nightjar.registry.Version;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.JobRunner;
import dev.nightjar.spark.HadoopBundles;
import dev.nightjar.spark.HadoopRegistries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Who uses the feature views of a project: its jobs, the bundles of its registry and those that
 * jobs name by path, and the results that were published with a view's values. Reads files alone,
 * without Spark.
 *
 * @param jobs by name of view
 * @param bundles by name of view
 * @param problems what could not be read, so that a use of it is not known
 */
public record ViewUses(
    Map<String, List<OfJob>> jobs, Map<String, List<OfBundle>> bundles, List<Problem> problems) {

  /**
   * A job that joins a view.
   *
   * @param job its name
   * @param bundle that it scores with, as its file has it
   * @param intervals how many of its published intervals were scored with the view's values
   * @param last the latest of them; empty of none
   * @param digest of the view's table as that was scored; empty likewise, and where the record of
   *     the run is gone
   */
  public record OfJob(
      String job, String bundle, long intervals, Optional<String> last, Optional<String> digest) {}

  /**
   * A bundle that was trained with a view.
   *
   * @param bundle {@code name:version} in the registry, else its path
   * @param aliases that point to it
   * @param features that it takes of the view
   * @param differences between the view as it is in the project and as the bundle has it; with any,
   *     a job that has both is refused
   * @param withdrawn whether it must not be used any more
   */
  public record OfBundle(
      String bundle,
      List<String> aliases,
      List<String> features,
      List<String> differences,
      boolean withdrawn) {}

  /** The jobs that join a view. */
  public List<OfJob> jobs(String view) {
    return jobs.getOrDefault(view, List.of());
  }

  /** The bundles that were trained with a view. */
  public List<OfBundle> bundles(String view) {
    return bundles.getOrDefault(view, List.of());
  }

  /**
   * Finds the uses of views.
   *
   * @param views as the project has them, by name; others of its files are passed over
   */
  public static ViewUses of(Configuration hadoop, Project project, Map<String, FeatureView> views) {
    return new Reading(hadoop, project, views).read();
  }

  /** Reads jobs, then bundles. */
  private static final class Reading {
    private final Configuration hadoop;
    private final Project project;
    private final Map<String, FeatureView> views;
    private final Map<String, List<OfJob>> jobs = new LinkedHashMap<>();
    private final Map<String, List<OfBundle>> bundles = new LinkedHashMap<>();
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<String> paths = new LinkedHashSet<>();

    Reading(Configuration hadoop, Project project, Map<String, FeatureView> views) {
      this.hadoop = hadoop;
      this.project = project;
      this.views = views;
    }

    ViewUses read() {
      for (String name : project.jobNames()) {
        try {
          job(project.job(name));
        } catch (ConfigurationException e) {
          problems.addAll(e.problems());
        }
      }
      paths.forEach(this::bundle);
      registry();
      return new ViewUses(jobs, bundles, List.copyOf(problems));
    }

    private void job(Job job) {
      List<String> used =
          job.views().stream().map(FeatureView::name).filter(views::containsKey).toList();
      String bundle = job.bundle().text();
      if (!Reference.isReference(bundle)) {
        paths.add(bundle);
      }
      if (used.isEmpty()) {
        return;
      }
      ResultStore store = JobRunner.store(hadoop, job);
      List<Manifest> published = store.published();
      Optional<Manifest> last = published.stream().max(Comparator.comparing(Manifest::start));
      Map<String, String> digests = last.map(of -> digests(store, of)).orElse(Map.of());
      for (String view : used) {
        jobs.computeIfAbsent(view, name -> new ArrayList<>())
            .add(
                new OfJob(
                    job.name(),
                    job.bundle().written(),
                    published.size(),
                    last.map(Manifest::interval),
                    Optional.ofNullable(digests.get(view))));
      }
    }

    private static Map<String, String> digests(ResultStore store, Manifest manifest) {
      return store.records(manifest.interval()).stream()
          .filter(record -> record.token() == manifest.token())
          .findFirst()
          .map(RunRecord::digests)
          .map(RunRecord.Digests::views)
          .orElse(Map.of());
    }

    private void bundle(String path) {
      try {
        add(
            path,
            List.of(),
            Bundle.check(HadoopBundles.read(hadoop, project.resolved(path))).manifest(),
            false);
      } catch (BundleException e) {
        problems.add(problem(path, e));
      }
    }

    private void registry() {
      Registry registry = HadoopRegistries.at(hadoop, project.resolved(project.registry().text()));
      for (String name : registry.names()) {
        try {
          model(registry, name);
        } catch (RegistryException e) {
          problems.add(problem(name, e));
        }
      }
    }

    private void model(Registry registry, String name) {
      Map<String, List<String>> aliases = new LinkedHashMap<>();
      registry
          .aliases(name)
          .forEach(
              (alias, move) ->
                  aliases.computeIfAbsent(move.version(), of -> new ArrayList<>()).add(alias));
      for (Version version : registry.versions(name)) {
        try {
          add(
              version.reference(),
              aliases.getOrDefault(version.version(), List.of()),
              manifest(registry, version),
              version.withdrawn() != null);
        } catch (RegistryException | BundleException e) {
          problems.add(problem(version.reference(), e));
        }
      }
    }

    /** Of a withdrawn version too: what was scored with it is still there. */
    private static BundleManifest manifest(Registry registry, Version version) {
      Resolved resolved =
          new Resolved(
              version.reference(),
              version.name(),
              version.version(),
              version.digest(),
              Optional.empty());
      return Bundle.check(registry.open(resolved)).manifest();
    }

    private void add(
        String bundle, List<String> aliases, BundleManifest manifest, boolean withdrawn) {
      for (FeatureView trained : manifest.views()) {
        FeatureView view = views.get(trained.name());
        if (view != null) {
          bundles
              .computeIfAbsent(trained.name(), name -> new ArrayList<>())
              .add(
                  new OfBundle(
                      bundle,
                      aliases,
                      trained.features().stream().map(Feature::name).toList(),
                      ViewDifferences.between(view, trained),
                      withdrawn));
        }
      }
    }

    private static Problem problem(String thing, RuntimeException e) {
      return new Problem(thing, 0, "", String.valueOf(e.getMessage()));
    }
  }
}
