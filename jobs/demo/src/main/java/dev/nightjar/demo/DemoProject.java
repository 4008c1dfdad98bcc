package dev.nightjar.demo;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A project folder with one job, its views, its contract and a world of data. */
public final class DemoProject {
  /** The name of the job and of its bundle. */
  public static final String JOB = "flight-delay";

  /** Where the job's file lies in the project. */
  public static final String JOB_FILE = "conf/jobs/flight-delay.yaml";

  /** Where the contract's file lies in the project. */
  public static final String CONTRACT_FILE = "conf/contracts/flight-delay.yaml";

  /** Where the files of the job's feature views lie in the project, in the job's order. */
  public static final List<String> VIEW_FILES =
      List.of("conf/views/weather.yaml", "conf/views/planes.yaml");

  /** Where it stands how the model is served on request. */
  public static final String ENDPOINT_FILE = "conf/endpoint.yaml";

  private DemoProject() {}

  /** Writes configuration and data; files that are there already are replaced. */
  public static Troubles write(Path project, FlightWorld world) throws IOException {
    for (String file : List.of(JOB_FILE, CONTRACT_FILE, ENDPOINT_FILE)) {
      copy(file, project);
    }
    for (String file : VIEW_FILES) {
      copy(file, project);
    }
    return world.write(project);
  }

  private static void copy(String file, Path project) throws IOException {
    Path target = project.resolve(file);
    Files.createDirectories(requireNonNull(target.getParent()));
    try (InputStream resource = DemoProject.class.getResourceAsStream("project/" + file)) {
      byte[] bytes = requireNonNull(resource, "no resource " + file).readAllBytes();
      Files.write(target, bytes);
    }
  }
}
