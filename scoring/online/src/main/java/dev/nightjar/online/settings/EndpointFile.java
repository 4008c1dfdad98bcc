package dev.nightjar.online.settings;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.Tensors;
import dev.nightjar.online.settings.Listening.Tls;
import dev.nightjar.project.ProjectSettings;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.RegistryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code conf/endpoint.yaml}, which a project may do without. */
public final class EndpointFile {
  /** Where an endpoint listens when nobody says. */
  public static final int PORT = 8080;

  private static final Duration WATCH = Duration.ofSeconds(2);
  private static final int MOST_BYTES = 64 << 20;

  private final Path folder;
  private final Environment environment;

  /** The file of a project. */
  public EndpointFile(Path folder, Environment environment) {
    this.folder = folder.toAbsolutePath().normalize();
    this.environment = environment;
  }

  /**
   * What the project says; the models can be none.
   *
   * @throws ConfigurationException with every mistake of its files
   */
  public EndpointSettings read() {
    Problems problems = new Problems();
    ProjectSettings project = ProjectSettings.read(folder, environment, problems, true);
    Path registry = registry(project, problems);
    Path file = folder.resolve("conf/endpoint.yaml");
    EndpointSettings none =
        new EndpointSettings(
            registry,
            project.featureStore(),
            List.of(),
            List.of(),
            WATCH,
            new Listening(Listening.LOOPBACK, PORT, Optional.empty(), Optional.empty(), false),
            ServingLimits.DEFAULT);
    EndpointSettings settings =
        Files.exists(file)
            ? YamlFile.read(file, environment, problems)
                .map(section -> read(section, none))
                .orElse(none)
            : none;
    problems.throwIfAny();
    return settings;
  }

  private Path registry(ProjectSettings project, Problems problems) {
    String place = project.registry().text();
    if (place.contains(":/")) {
      problems.add(
          new Problem(
              folder.resolve("conf/project.yaml").toString(),
              0,
              "registry",
              "the endpoint reads registries in folders of this machine alone, and this one is not;"
                  + " mount it, or keep a copy of it here"));
      return folder;
    }
    return folder.resolve(place);
  }

  private EndpointSettings read(Section section, EndpointSettings fallback) {
    List<ModelChoice> models = section.sectionList("models", (i, one) -> model(one));
    List<Path> signedBy = section.strings("signed-by").stream().map(folder::resolve).toList();
    Duration watch = section.duration("watch").orElse(fallback.watch());
    if (watch.isZero()) {
      section.problem("watch", "0 would ask without end; write at least 100ms");
    }
    Listening listening =
        section.optionalSection("listen").map(this::listening).orElse(fallback.listening());
    ServingLimits limits =
        section.optionalSection("limits").map(EndpointFile::limits).orElse(fallback.limits());
    section.refuseUnknownKeys();
    return new EndpointSettings(
        fallback.registry(), fallback.store(), models, signedBy, watch, listening, limits);
  }

  private ModelChoice model(Section section) {
    String named = section.template("model").text();
    if (Reference.isReference(named)) {
      try {
        Reference.parse(named);
      } catch (RegistryException e) {
        section.problem("model", String.valueOf(e.getMessage()));
      }
    } else if (!named.isEmpty()) {
      named = folder.resolve(named).toString();
    }
    Optional<String> asOf = section.optionalString("as-of");
    Optional<Tensors> tensors =
        section
            .optionalSection("tensors")
            .map(
                of -> {
                  Tensors read =
                      new Tensors(
                          of.optionalString("input").orElse("input-0"),
                          of.optionalString("output").orElse("output-0"));
                  of.refuseUnknownKeys();
                  return read;
                });
    section.refuseUnknownKeys();
    return new ModelChoice(named, asOf, tensors);
  }

  private Listening listening(Section section) {
    String host = section.optionalString("host").orElse(Listening.LOOPBACK);
    int port = (int) section.whole("port", PORT, 0, 65_535);
    Optional<Tls> tls =
        section
            .optionalSection("tls")
            .map(
                of -> {
                  Tls read =
                      new Tls(
                          folder.resolve(of.string("certificate")),
                          folder.resolve(of.string("key")));
                  of.refuseUnknownKeys();
                  return read;
                });
    Optional<Path> tokens = section.optionalString("tokens").map(folder::resolve);
    boolean behindProxy = section.bool("behind-proxy", false);
    section.refuseUnknownKeys();
    return new Listening(host, port, tls, tokens, behindProxy);
  }

  private static ServingLimits limits(Section section) {
    ServingLimits usual = ServingLimits.DEFAULT;
    RequestLimits request =
        new RequestLimits(
            (int) section.whole("body-bytes", usual.request().bodyBytes(), 1, MOST_BYTES),
            (int) section.whole("rows", usual.request().rows(), 1, 1_000_000),
            usual.request().depth(),
            (int) section.whole("text-length", usual.request().textLength(), 1, MOST_BYTES));
    ServingLimits limits =
        new ServingLimits(
            request,
            (int) section.whole("queue", usual.queue(), 1, 1_000_000),
            (int) section.whole("threads", usual.threads(), 0, 1024),
            section.duration("deadline").orElse(usual.deadline()),
            section.duration("receiving").orElse(usual.receiving()),
            section.duration("idle").orElse(usual.idle()),
            (int) section.whole("connections", usual.connections(), 1, 1_000_000),
            section.duration("drain").orElse(usual.drain()));
    section.refuseUnknownKeys();
    return limits;
  }
}
