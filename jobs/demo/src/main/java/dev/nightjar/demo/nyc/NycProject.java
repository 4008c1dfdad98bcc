package dev.nightjar.demo.nyc;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Environment;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The project of {@code conf/nycflights13}, copied to a folder in which it may write.
 *
 * @param folder the copy
 * @param environment where NYCFLIGHTS13 names the data
 */
record NycProject(Path folder, Environment environment) {
  static final String JOB = "arrival-delay";
  static final String DATA = "NYCFLIGHTS13";

  /** Copies the configuration. */
  static NycProject make(Path configuration, Path data, Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(configuration.resolve("conf"))) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = folder.resolve(configuration.relativize(file).toString());
      Files.createDirectories(requireNonNull(copy.getParent()));
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    String place = data.toAbsolutePath().normalize().toString();
    return new NycProject(
        folder.toAbsolutePath().normalize(),
        new Environment(name -> name.equals(DATA) ? place : System.getenv(name)));
  }

  Job job() {
    return Project.open(folder, environment).job(JOB);
  }

  Contract contract() {
    return Contracts.read(folder.resolve("conf/contracts/arrival-delay.yaml"), environment);
  }

  /** A file of the data. */
  Path data(String file) {
    return Path.of(environment.get(DATA).orElseThrow()).resolve(file);
  }
}
