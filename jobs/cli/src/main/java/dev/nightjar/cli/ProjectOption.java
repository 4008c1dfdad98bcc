package dev.nightjar.cli;

import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which project a command is about. */
final class ProjectOption {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The folder that holds conf/jobs and conf/views (default: the working folder).")
  private @Nullable Path folder;

  /** The project that was named, or the one of the working folder. */
  Project project() {
    return Project.open(Optional.ofNullable(folder).orElse(Path.of("")), Console.ENVIRONMENT);
  }

  /** The job of a name, or in a file. */
  Job job(String nameOrFile) {
    if (!nameOrFile.endsWith(".yaml")) {
      return project().job(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    return folder == null && Files.exists(file)
        ? Project.ofJobFile(file, Console.ENVIRONMENT).jobIn(file)
        : project().jobIn(file);
  }
}
