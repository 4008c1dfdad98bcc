package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.run.JobRunner;
import dev.nightjar.schedule.Gate;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.node.GateKeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Looks for what the jobs of a project wait for: files, and results of other jobs. */
final class ProjectGates implements GateKeeper {
  private final Project project;
  private final Configuration hadoop = new Configuration();

  ProjectGates(Project project) {
    this.project = project;
  }

  @Override
  public Optional<String> missing(String job, Interval interval, Gate gate) throws IOException {
    try {
      return gate instanceof Gate.Present present
          ? file(interval, present)
          : upstream(interval, ((Gate.Published) gate).job());
    } catch (ResultException | ConfigurationException | UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Optional<String> file(Interval interval, Gate.Present gate) throws IOException {
    Path path = new Path(project.resolved(gate.path().expand(interval.variables())));
    FileSystem files = path.getFileSystem(hadoop);
    if (!files.exists(path)) {
      return Optional.of(gate.shown(interval) + " is not there");
    }
    FileStatus status = files.getFileStatus(path);
    return status.isDirectory() && !files.listStatusIterator(path).hasNext()
        ? Optional.of(gate.shown(interval) + " is empty")
        : Optional.empty();
  }

  /** Each interval of the other job that this one touches: a day may wait for 24 hours. */
  private Optional<String> upstream(Interval interval, String name) {
    Job job = project.job(name);
    ResultStore store = JobRunner.store(hadoop, job);
    List<String> missing = new ArrayList<>();
    for (Interval other = Interval.containing(interval.start(), job.grain(), job.zone());
        other.start().isBefore(interval.end());
        other = other.next()) {
      if (store.current(other.id()).isEmpty()) {
        missing.add(other.id());
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the job '"
                + name
                + "' has not published "
                + missing.get(0)
                + (missing.size() == 1 ? "" : " and " + (missing.size() - 1) + " more"));
  }
}
