package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Which job of which project a command is about. */
final class JobArgument extends ProjectOption {
  @Parameters(index = "0", paramLabel = "JOB", description = "A job's name, or its file.")
  private String nameOrFile;

  /** The job that was named. */
  Job job() {
    return job(nameOrFile);
  }

  /**
   * The interval of a job that a text names, such as {@code 2013-11-05}.
   *
   * @throws picocli.CommandLine.ParameterException when it names none
   */
  Interval interval(Job job, String text) {
    try {
      return Interval.parse(text, job.grain(), job.zone());
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  /** The same job in words that mean it in any working folder, beside {@code --project}. */
  String absolute() {
    return isFile(nameOrFile)
        ? Path.of(nameOrFile).toAbsolutePath().normalize().toString()
        : nameOrFile;
  }
}
