package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.job.Job;
import dev.nightjar.job.JobsTogether;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.JobSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The jobs of a project for its schedulers. */
final class ProjectJobs implements JobSource {
  private final Project project;

  ProjectJobs(Project project) {
    this.project = project;
  }

  @Override
  public List<JobFile> read() throws IOException {
    try {
      // Told when it is written, and not when there is something to be told of.
      var unused = project.notifying();
    } catch (ConfigurationException e) {
      throw new IOException(e.getMessage(), e);
    }
    try {
      Map<String, JobFile> files = new TreeMap<>();
      List<Job> sound = new ArrayList<>();
      for (String name : project.jobNames()) {
        files.put(name, read(name, sound));
      }
      new JobsTogether(project, sound)
          .problems()
          .forEach(
              (name, problems) ->
                  files.put(
                      name,
                      new JobFile.Broken(
                          name,
                          String.valueOf(new ConfigurationException(problems).getMessage()))));
      return List.copyOf(files.values());
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private JobFile read(String name, List<Job> sound) {
    try {
      Job job = project.job(name);
      var unused = project.notifying(name);
      sound.add(job);
      return new JobFile.Sound(name, job.digest(), job.grain(), job.zone(), job.schedule());
    } catch (ConfigurationException e) {
      return new JobFile.Broken(name, String.valueOf(e.getMessage()));
    }
  }
}
