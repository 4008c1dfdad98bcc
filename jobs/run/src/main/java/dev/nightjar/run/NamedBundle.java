package dev.nightjar.run;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.config.Place;
import dev.nightjar.engine.PlacementException;
import dev.nightjar.job.Job;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.Resolved;
import dev.nightjar.spark.Demands;
import dev.nightjar.spark.HadoopBundles;
import dev.nightjar.spark.HadoopRegistries;
import dev.nightjar.spark.Scoring;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The bundle that a job names, found once: what a reference meant then, it means for the whole run.
 *
 * @param scoring the bundle, checked and proven
 * @param resolved what the reference meant; empty when the job names a path
 */
record NamedBundle(Scoring scoring, Optional<Resolved> resolved) {

  /**
   * Finds the bundle, and loads it unless it is the one that is loaded.
   *
   * @throws PreflightException when it cannot run on the engine or device that the job asks for
   * @throws BundleException when there is none, or it is not sound
   * @throws dev.nightjar.registry.RegistryException when the reference means nothing
   */
  static NamedBundle of(SparkSession spark, Job job, Optional<Scoring> loaded) {
    try {
      return find(spark, job, loaded);
    } catch (PlacementException e) {
      throw refused(job, e);
    }
  }

  /** What the job asks for and cannot have, with the line that asks. */
  static PreflightException refused(Job job, PlacementException e) {
    Place place =
        switch (e.asked()) {
          case ENGINE -> job.engine().place();
          case DEVICE -> job.device().place();
        };
    return new PreflightException(
        List.of(place.problem(String.valueOf(e.getMessage())).toString()));
  }

  private static NamedBundle find(SparkSession spark, Job job, Optional<Scoring> loaded) {
    Demands demands =
        new Demands(job.bundleSignedBy(), job.engine().choice(), job.device().choice());
    String named = job.bundle().text();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    if (Reference.isReference(named)) {
      Registry registry = registry(hadoop, job);
      Resolved resolved = registry.resolve(named);
      // What the registry demands, it has asked for here; executors ask again.
      Optional<TrustedKeys> keys = job.bundleSignedBy().or(() -> registry.policy().trustedKeys());
      return new NamedBundle(
          Scoring.of(spark, registry.open(resolved), demands.withSignature(keys), loaded),
          Optional.of(resolved));
    }
    try {
      String path = Preflight.resolved(job, named);
      return new NamedBundle(Scoring.of(spark, path, demands, loaded), Optional.empty());
    } catch (PlacementException e) {
      throw e;
    } catch (BundleException e) {
      throw hint(hadoop, job).map(text -> new BundleException(e.getMessage() + text, e)).orElse(e);
    }
  }

  /** The files of the bundle, of which nothing is checked. */
  static BundleFiles files(Configuration hadoop, Job job) {
    String named = job.bundle().text();
    if (Reference.isReference(named)) {
      Registry registry = registry(hadoop, job);
      return registry.open(registry.resolve(named));
    }
    return HadoopBundles.read(hadoop, Preflight.resolved(job, named));
  }

  /** Somebody who writes a model's name alone may mean the registry. */
  private static Optional<String> hint(Configuration hadoop, Job job) {
    String named = job.bundle().text();
    if (named.contains("/")
        || Files.exists(job.project().resolve(named))
        || !registry(hadoop, job).names().contains(named)) {
      return Optional.empty();
    }
    return Optional.of(
        ". The registry has a model of that name: write "
            + named
            + "@ALIAS, such as "
            + named
            + "@champion, or "
            + named
            + ":VERSION");
  }

  static Registry registry(Configuration hadoop, Job job) {
    return HadoopRegistries.at(hadoop, Preflight.resolved(job, job.registry().text()));
  }
}
