package dev.nightjar.backfill;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.data.Sha256;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.SourceStates;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.HadoopBundles;
import dev.nightjar.spark.HadoopRegistries;
import dev.nightjar.storage.LocalPaths;
import dev.nightjar.storage.LocalStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the results of a job now, held against what a run's record says of then. Only what
 * is proven to be equal counts as unchanged: what cannot be compared is named as a reason to score
 * again. Bundle and views are looked at once. Not thread-safe.
 */
final class Changes {
  /** What a run's record calls the input among the snapshots of views. */
  private static final String INPUT = "(input)";

  private final Job job;
  private final SourceStates states;
  private @Nullable Found bundle;

  /**
   * What something is now.
   *
   * @param digest empty when that cannot be found out
   * @param problem why it cannot; empty text otherwise
   */
  private record Found(Optional<String> digest, String problem) {
    static Found of(String digest) {
      return new Found(Optional.of(digest), "");
    }

    static Found unknown(String problem) {
      return new Found(Optional.empty(), problem);
    }
  }

  Changes(Job job) {
    this.job = job;
    this.states = new SourceStates(job.project().toString());
  }

  /** Why a result would not be proven to come out the same; empty when it would. */
  List<String> since(RunRecord.Digests then, Interval interval) {
    List<String> reasons = new ArrayList<>();
    compare("the configuration", then.configuration(), Found.of(job.digest()), reasons);
    compare("the bundle", then.bundle(), bundle(), reasons);
    if (job.input().rows() instanceof Job.OfSource declared) {
      compareSource("the input", INPUT, then.input(), then, declared.source(), interval, reasons);
    } else {
      reasons.add("the input is a table or query of the session, which only Spark can look at");
    }
    for (FeatureView view : job.views()) {
      String name = "the view " + view.name();
      String digest = then.views().get(view.name());
      if (view.source().isPresent()) {
        compareSource(
            name, view.name(), digest, then, view.source().get(), Optional.empty(), reasons);
      } else {
        reasons.add(name + " does not say where its table lies");
      }
    }
    return reasons;
  }

  private void compareSource(
      String name,
      String key,
      @Nullable String then,
      RunRecord.Digests digests,
      Source source,
      Interval interval,
      List<String> reasons) {
    compareSource(name, key, then, digests, source, Optional.of(interval), reasons);
  }

  /**
   * @param interval whose variables stand in the path; empty for a view, which has none
   */
  private void compareSource(
      String name,
      String key,
      @Nullable String then,
      RunRecord.Digests digests,
      Source source,
      Optional<Interval> interval,
      List<String> reasons) {
    if (source instanceof DatabaseSource) {
      reasons.add(name + " is in a database, of which nobody knows whether it has changed");
      return;
    }
    Found now;
    String snapshots = "";
    try {
      Map<String, String> variables = interval.map(Interval::variables).orElse(Map.of());
      now = Found.of(states.digest(source, variables).orElseThrow());
      snapshots = snapshots(digests.snapshots().get(key), states.snapshot(source));
    } catch (TableException e) {
      now = Found.unknown(String.valueOf(e.getMessage()));
    }
    compare(name, then, now, reasons, snapshots);
  }

  private static String snapshots(@Nullable String then, OptionalLong now) {
    return then == null || now.isEmpty()
        ? ""
        : " (snapshot " + then + ", now " + now.getAsLong() + ")";
  }

  private static void compare(String name, @Nullable String then, Found now, List<String> reasons) {
    compare(name, then, now, reasons, "");
  }

  private static void compare(
      String name, @Nullable String then, Found now, List<String> reasons, String how) {
    if (then == null) {
      reasons.add("the record does not say what " + name + " was");
    } else if (now.digest().isEmpty()) {
      reasons.add(name + " cannot be looked at: " + now.problem());
    } else if (!now.digest().get().equals(then)) {
      reasons.add(name + " changed" + how);
    }
  }

  private Found bundle() {
    Found known = bundle;
    if (known == null) {
      known = findBundle();
      bundle = known;
    }
    return known;
  }

  private Found findBundle() {
    String named = job.bundle().text();
    try {
      return Found.of(
          Reference.isReference(named)
              ? registry().resolve(named).digest()
              : digest(Project.resolved(job.project(), named)));
    } catch (RegistryException | BundleException e) {
      return Found.unknown(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Found.unknown(named + ": " + e.getMessage());
    }
  }

  private Registry registry() {
    String path = Project.resolved(job.project(), job.registry().text());
    return LocalPaths.of(path)
        .map(here -> Registry.at(new LocalStorage(here)))
        .orElseGet(() -> HadoopRegistries.at(new Configuration(), path));
  }

  /** That of {@code bundle.yaml}, which names all other files by their digests. */
  private static String digest(String location) throws IOException {
    Optional<Path> here = LocalPaths.of(location);
    if (here.isPresent()) {
      Path manifest = here.get().resolve(BundleFiles.MANIFEST);
      if (Files.isDirectory(here.get()) && Files.exists(manifest)) {
        return Sha256.of(Files.readAllBytes(manifest));
      }
    }
    BundleFiles files =
        here.isPresent()
            ? BundleFiles.read(location, here.get())
            : HadoopBundles.read(new Configuration(), location);
    return Sha256.of(files.get(BundleFiles.MANIFEST));
  }
}
