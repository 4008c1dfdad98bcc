package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.JobSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The jobs of a project for its schedulers. */
final class ProjectJobs implements JobSource {
  private final Project project;

  ProjectJobs(Project project) {
    this.project = project;
  }

  @Override
  public List<JobFile> read() throws IOException {
    try {
      List<JobFile> jobs = new ArrayList<>();
      for (String name : project.jobNames()) {
        jobs.add(read(name));
      }
      return jobs;
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private JobFile read(String name) {
    try {
      Job job = project.job(name);
      return new JobFile.Sound(name, job.digest(), job.grain(), job.zone(), job.schedule());
    } catch (ConfigurationException e) {
      return new JobFile.Broken(name, String.valueOf(e.getMessage()));
    }
  }
}
