package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.job.Project;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.run.JobRunner;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.node.ResultIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/** What the jobs of a project have published, read from the manifests under their output paths. */
final class ProjectResults implements ResultIndex {
  private final Project project;
  private final Configuration hadoop = new Configuration();

  ProjectResults(Project project) {
    this.project = project;
  }

  @Override
  public OptionalLong published(String job, Interval interval) throws IOException {
    try {
      ResultStore store = JobRunner.store(hadoop, project.job(job));
      Optional<Manifest> manifest = store.current(interval.id());
      // Whoever wrote it may have died before it could say that it survives a power cut.
      manifest.ifPresent(found -> store.makePublicationDurable(interval.id(), found.token()));
      return manifest.map(found -> OptionalLong.of(found.token())).orElse(OptionalLong.empty());
    } catch (ResultException | ConfigurationException | UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
