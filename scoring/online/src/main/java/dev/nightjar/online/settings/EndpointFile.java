package dev.nightjar.online.settings;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Durations;
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
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofHours(1);
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
    for (int i = 0; i < signedBy.size(); i++) {
      int place = i;
      unreadable(signedBy.get(i))
          .ifPresent(why -> section.problem("signed-by", place, why + "; name a public key"));
    }
    Duration watch =
        length(section, "watch", fallback.watch(), Duration.ofMillis(100), Duration.ofDays(1));
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
                          file(of, "certificate", "the chain in PEM, the server's own first"),
                          file(of, "key", "PKCS#8 in PEM, without a passphrase"));
                  of.refuseUnknownKeys();
                  return read;
                });
    Optional<Path> tokens =
        section.has("tokens")
            ? Optional.of(file(section, "tokens", "lines of 'nightjar serve token NAME'"))
            : Optional.empty();
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
            length(section, "deadline", usual.deadline(), SHORTEST, LONGEST),
            length(section, "receiving", usual.receiving(), SHORTEST, LONGEST),
            length(section, "idle", usual.idle(), SHORTEST, Duration.ofDays(1)),
            (int) section.whole("connections", usual.connections(), 1, 1_000_000),
            length(section, "drain", usual.drain(), Duration.ZERO, LONGEST));
    section.refuseUnknownKeys();
    return limits;
  }

  /** What the server waits for: 0 would mean for ever to it, or never. */
  private static Duration length(
      Section section, String key, Duration usual, Duration least, Duration most) {
    Duration given = section.duration(key).orElse(usual);
    if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
      section.problem(
          key,
          section.quote(Durations.text(given))
              + " is not a length of time from "
              + Durations.text(least)
              + " to "
              + Durations.text(most));
      return usual;
    }
    return given;
  }

  /** A file that must be there before anything is started. */
  private Path file(Section section, String key, String holds) {
    if (!section.has(key)) {
      return folder.resolve(section.string(key)); // which tells that it is missing
    }
    Optional<Path> file = section.optionalString(key).map(folder::resolve);
    file.flatMap(EndpointFile::unreadable)
        .ifPresent(why -> section.problem(key, why + "; it holds " + holds));
    return file.orElse(folder);
  }

  private static Optional<String> unreadable(Path file) {
    if (!Files.exists(file)) {
      return Optional.of("there is no file " + file);
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of(file + " is no file");
    }
    return Files.isReadable(file)
        ? Optional.empty()
        : Optional.of("the file " + file + " cannot be read by whoever starts the endpoint");
  }
}
