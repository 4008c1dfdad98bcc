package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.job.Job;
import dev.nightjar.job.JobsTogether;
import dev.nightjar.job.Project;
import dev.nightjar.notice.Route;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.run.JobRunner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar validate}. */
@Command(
    name = "validate",
    description = "Reads job files with their views and tells every mistake of all of them.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ProjectOption project;

  @Parameters(arity = "0..1", paramLabel = "JOB", description = "One job (default: all).")
  private @Nullable String jobName;

  /** What the registry says against the job's bundle; the files of the bundle are not read. */
  private static List<Problem> bundleProblems(Project all, Job job) {
    if (!Reference.isReference(job.bundle().text())) {
      return List.of();
    }
    try {
      JobRunner.registry(new Configuration(), job).resolve(job.bundle().text());
      return List.of();
    } catch (RegistryException e) {
      String file = all.jobFile(job.name()).toString();
      return List.of(new Problem(file, 0, "bundle", String.valueOf(e.getMessage())));
    }
  }

  /** The schedulers alone have the secrets; any value will do to read the rest. */
  private static List<Problem> notifyProblems(Project all, Job job) {
    Project other = Project.open(all.folder(), new Environment(name -> "https://example.org"));
    try {
      var unused = Route.of(job.name(), other.notifying(), other.notifying(job.name()));
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems();
    }
  }

  @Override
  public Integer call() {
    Project all = project.project();
    List<String> names = jobName == null ? all.jobNames() : List.of(jobName);
    LinkedHashSet<Problem> problems = new LinkedHashSet<>();
    List<Job> sound = new ArrayList<>();
    for (String name : names) {
      try {
        Job job = project.job(name);
        problems.addAll(bundleProblems(all, job));
        problems.addAll(notifyProblems(all, job));
        sound.add(job);
      } catch (ConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    if (names.isEmpty()) {
      problems.add(
          new Problem(
              all.folder().resolve("conf/jobs").toString(),
              0,
              "",
              "there is no job file here; add one, or name the project with --project"));
    }
    if (jobName == null) {
      new JobsTogether(all, sound).problems().values().forEach(problems::addAll);
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems));
    }
    spec.commandLine()
        .getOut()
        .println("sound: " + String.join(", ", sound.stream().map(Job::name).toList()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
