package dev.nightjar.cli;

import dev.nightjar.config.Environment;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which project a command is about. */
class ProjectOption {
  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The folder that holds conf/jobs and conf/views (default: the working folder).")
  private @Nullable Path folder;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** A mistake of the command line, told by the command that it was given to. */
  final ParameterException usage(RuntimeException mistake) {
    return new ParameterException(
        spec.commandLine(), String.valueOf(mistake.getMessage()), mistake);
  }

  /** The project that was named, or the one of the working folder. */
  final Project project() {
    return Project.open(Optional.ofNullable(folder).orElse(Path.of("")), environment());
  }

  private Environment environment() {
    return Main.environment(spec);
  }

  static boolean isFile(String nameOrFile) {
    return nameOrFile.endsWith(".yaml");
  }

  /** The job of a name, or in a file. */
  final Job job(String nameOrFile) {
    if (!isFile(nameOrFile)) {
      return project().job(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    return folder == null && Files.exists(file)
        ? Project.ofJobFile(file, environment()).jobIn(file)
        : project().jobIn(file);
  }
}
