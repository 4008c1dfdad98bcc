package dev.nightjar.run;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Template;
import dev.nightjar.job.Job;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.registry.Version;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * A job with the bundle by which rows were scored once, if that can still be had.
 *
 * @param job which names it
 * @param note what a person should know of it; empty when the job names it today
 */
record ThenBundle(Job job, Optional<String> note) {
  private static final int DIGEST = 12;

  /**
   * Looks where the job says, and then in the project's registry.
   *
   * @param digest of the bundle
   * @param label for people, as the manifest has it
   * @throws BundleException when the job's bundle cannot be read and the registry has not the other
   * @throws RegistryException likewise, when the job names its bundle by a reference
   */
  static ThenBundle of(Configuration hadoop, Job job, String digest, String label) {
    Optional<Bundle> now = Optional.empty();
    RuntimeException unreadable = null;
    try {
      now = Optional.of(Bundle.check(NamedBundle.files(hadoop, job)));
    } catch (BundleException | RegistryException e) {
      unreadable = e; // what was published may be in the registry all the same
    }
    if (now.filter(bundle -> bundle.digest().equals(digest)).isPresent()) {
      return new ThenBundle(job, Optional.empty());
    }
    String today =
        now.map(bundle -> "'" + job.bundle().written() + "' is " + bundle.label() + " by now")
            .orElse("'" + job.bundle().written() + "' cannot be read any more");
    Optional<Version> stored = inRegistry(hadoop, job, digest);
    if (stored.isPresent()) {
      Reference by = new Reference.ToDigest(stored.get().name(), digest);
      return new ThenBundle(
          job.withBundle(Template.of(by.toString())),
          Optional.of(
              today
                  + "; the rows were scored by "
                  + stored.get().reference()
                  + " ("
                  + shortened(digest)
                  + "), which is taken from the registry"));
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return new ThenBundle(
        job,
        Optional.of(
            today
                + "; the rows were scored by "
                + label
                + " ("
                + shortened(digest)
                + "), which is neither there nor in the registry, so what follows is not what"
                + " scored them"));
  }

  private static Optional<Version> inRegistry(Configuration hadoop, Job job, String digest) {
    Registry registry = NamedBundle.registry(hadoop, job);
    for (String name : registry.names()) {
      for (Version version : registry.versions(name)) {
        if (version.digest().equals(digest)) {
          return Optional.of(version);
        }
      }
    }
    return Optional.empty();
  }

  static String shortened(String digest) {
    return digest.substring(0, Math.min(DIGEST, digest.length()));
  }
}
