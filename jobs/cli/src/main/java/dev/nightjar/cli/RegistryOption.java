package dev.nightjar.cli;

import dev.nightjar.job.Project;
import dev.nightjar.registry.Registry;
import dev.nightjar.spark.HadoopRegistries;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which registry a command is about: that of the project, or another. */
final class RegistryOption extends ProjectOption {
  @Option(
      names = "--registry",
      paramLabel = "PATH",
      description = "Where the registry lies (default: the project's, which is DIR/models).")
  private @Nullable String path;

  /** The registry, to be read. */
  Registry registry() {
    return HadoopRegistries.at(new Configuration(), place());
  }

  /** The registry, to be changed. */
  Registry writable() {
    return HadoopRegistries.writable(new Configuration(), place());
  }

  private String place() {
    if (path != null) {
      return Project.resolved(Path.of("").toAbsolutePath(), path);
    }
    Project here = project();
    return here.resolved(here.registry().text());
  }
}
