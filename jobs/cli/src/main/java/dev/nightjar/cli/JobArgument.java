package dev.nightjar.cli;

import dev.nightjar.job.Job;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** Which job of which project a command is about. */
final class JobArgument extends ProjectOption {
  @Parameters(paramLabel = "JOB", description = "A job's name, or its file.")
  private String nameOrFile;

  /** The job that was named. */
  Job job() {
    return job(nameOrFile);
  }

  /** The same job in words that mean it in any working folder, beside {@code --project}. */
  String absolute() {
    return isFile(nameOrFile)
        ? Path.of(nameOrFile).toAbsolutePath().normalize().toString()
        : nameOrFile;
  }
}
