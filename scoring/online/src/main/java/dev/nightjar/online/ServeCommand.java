package dev.nightjar.online;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.engine.Engines;
import dev.nightjar.online.model.ModelState;
import dev.nightjar.online.settings.EndpointFile;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.Listening;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.registry.Reference;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.storage.LocalStorage;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar serve}. */
@Command(
    name = "serve",
    description =
        "Scores rows on request, with the bundles, the features and the answers of the night's runs.",
    mixinStandardHelpOptions = true,
    subcommands = TokenCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was told to end, and has answered what was in flight",
      "1:it could not begin",
      "2:the command line or the configuration is wrong"
    })
final class ServeCommand implements Callable<Integer> {
  /** What is served where nobody says. */
  private static final String ALIAS = "champion";

  private static final String DEMO = "demo";
  private static final int MOST_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description =
          "What to serve: NAME@ALIAS, NAME:VERSION or the path of a bundle (default: 'models' of"
              + " conf/endpoint.yaml, else each model of the registry by its alias 'champion').")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--project",
      paramLabel = "DIR",
      description = "The folder that holds conf/ (default: the working folder).")
  private @Nullable Path folder;

  @Option(
      names = "--demo",
      description = "Serve what 'nightjar demo' has made in the folder 'demo'.")
  private boolean isDemo;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "The address to listen on (default: 127.0.0.1, this machine alone). Another one needs TLS"
              + " and tokens (conf/endpoint.yaml), or --behind-proxy.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port to listen on (default: 8080); 0 for any that is free.")
  private @Nullable Integer port;

  @Option(
      names = "--behind-proxy",
      description =
          "A proxy in front does TLS and asks who it is; so this listens on any address without.")
  private boolean isBehindProxy;

  @Option(
      names = "--with-dl4j",
      description =
          "Take DL4J's libraries along, for bundles that run by it ('nightjar inspect' tells). They"
              + " take some 300 MB of memory.")
  private boolean isWithDl4j;

  @Override
  public Integer call() throws InterruptedException {
    if (isWithDl4j && !Engines.hasReference(dev.nightjar.engine.Reference.TRAINING)) {
      throw new ParameterException(
          spec.commandLine(),
          "DL4J's libraries are not on the class path; start the endpoint with bin/nightjar serve,"
              + " which puts them there");
    }
    if (port != null && (port < 0 || port > MOST_PORT)) {
      throw new ParameterException(
          spec.commandLine(), "--port: " + port + " is no port; write one of 0 to " + MOST_PORT);
    }
    EndpointSettings settings = settings();
    InetSocketAddress address = address(settings.listening());
    requireSafe(settings.listening(), address);
    PrintWriter out = spec.commandLine().getOut();
    warn(settings.listening(), address);
    Endpoint endpoint = Endpoint.start(settings, address, Clock.systemUTC(), Version.text());
    Thread drain = new Thread(() -> drain(endpoint), "nightjar-drain");
    Runtime.getRuntime().addShutdownHook(drain);
    for (ModelState state : endpoint.states()) {
      state
          .reason()
          .ifPresent(reason -> say("the model '" + state.named() + "' is not ready: " + reason));
    }
    if (endpoint.isReady()) {
      out.println("nightjar serve: ready on " + endpoint.address());
    } else {
      out.println(
          "nightjar serve: on "
              + endpoint.address()
              + ", not ready; what is amiss is tried again every now and then");
    }
    out.flush();
    new CountDownLatch(1).await(); // until it is told to end
    return 0;
  }

  /**
   * Told to end, by a signal. The last that this process does: a JVM that ends by a signal would
   * tell its number as the exit code, as if something had gone wrong.
   */
  private void drain(Endpoint endpoint) {
    endpoint.drain();
    endpoint.close();
    Runtime.getRuntime().halt(0);
  }

  private EndpointSettings settings() {
    Path project = Optional.ofNullable(folder).orElse(Path.of(isDemo ? DEMO : ""));
    EndpointSettings read = new EndpointFile(project, new Environment(System::getenv)).read();
    List<ModelChoice> chosen = read.models();
    if (!models.isEmpty()) {
      chosen = chosen(read.models(), project);
    } else if (chosen.isEmpty()) {
      chosen = champions(read.registry());
    }
    Listening listening = read.listening();
    return new EndpointSettings(
        read.registry(),
        read.store(),
        chosen,
        read.signedBy(),
        read.watch(),
        new Listening(
            host == null ? listening.host() : host,
            port == null ? listening.port() : port,
            listening.tls(),
            listening.tokens(),
            listening.isBehindProxy() || isBehindProxy),
        read.limits());
  }

  /**
   * What the configuration says of each, where it names it; else what it says of another version of
   * the same model, for that takes rows in the same way.
   */
  private List<ModelChoice> chosen(List<ModelChoice> configured, Path project) {
    List<ModelChoice> chosen = new ArrayList<>();
    for (String named : models) {
      ModelChoice plain = ModelChoice.of(named(project, named));
      chosen.add(
          configured.stream()
              .filter(one -> one.named().equals(plain.named()))
              .findFirst()
              .or(() -> configured.stream().filter(one -> isOfSame(one, plain)).findFirst())
              .map(one -> new ModelChoice(plain.named(), one.asOf(), one.tensors()))
              .orElse(plain));
    }
    return chosen;
  }

  private static boolean isOfSame(ModelChoice one, ModelChoice other) {
    Optional<String> name = one.reference().map(Reference::name);
    return name.isPresent() && name.equals(other.reference().map(Reference::name));
  }

  /** A reference that is one, or the path of something that is there. */
  private String named(Path project, String named) {
    if (Reference.isReference(named)) {
      try {
        Reference.parse(named);
        return named;
      } catch (RegistryException e) {
        throw new ParameterException(spec.commandLine(), named + ": " + e.getMessage());
      }
    }
    Path path = project.resolve(named).toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      throw new ParameterException(
          spec.commandLine(),
          "there is no bundle at "
              + path
              + (named.matches("[a-z0-9._-]+")
                  ? "; of a model in the registry say which version: "
                      + named
                      + "@champion or "
                      + named
                      + ":VERSION"
                  : "; name one that is there, or a model of the registry as NAME@ALIAS"));
    }
    return path.toString();
  }

  private static List<ModelChoice> champions(Path folder) {
    try {
      Registry registry = Registry.at(new LocalStorage(folder));
      List<ModelChoice> champions =
          registry.names().stream()
              .filter(name -> registry.aliases(name).containsKey(ALIAS))
              .map(name -> ModelChoice.of(name + "@" + ALIAS))
              .toList();
      if (champions.isEmpty()) {
        throw new ConfigurationException(
            new Problem(
                folder.toString(),
                0,
                "",
                "the registry has no model with the alias 'champion', so there is nothing to serve;"
                    + " name models on the command line or in conf/endpoint.yaml, or promote one"
                    + " with 'nightjar models promote NAME:VERSION champion'"));
      }
      return champions;
    } catch (RegistryException e) {
      throw new ConfigurationException(
          new Problem(folder.toString(), 0, "", String.valueOf(e.getMessage())));
    }
  }

  private InetSocketAddress address(Listening listening) {
    try {
      return new InetSocketAddress(InetAddress.getByName(listening.host()), listening.port());
    } catch (UnknownHostException e) {
      throw new ConfigurationException(
          new Problem(
              "listen.host",
              0,
              "",
              "there is no address of the name '"
                  + listening.host()
                  + "'; write one of this machine's, such as 127.0.0.1 or 0.0.0.0"));
    }
  }

  private static void requireSafe(Listening listening, InetSocketAddress address) {
    boolean isSafe =
        address.getAddress().isLoopbackAddress()
            || listening.isBehindProxy()
            || (listening.tls().isPresent() && listening.tokens().isPresent());
    if (!isSafe) {
      throw new ConfigurationException(
          new Problem(
              "listen.host",
              0,
              "",
              "'"
                  + listening.host()
                  + "' can be reached from other machines, and there is no "
                  + (listening.tls().isEmpty() ? "TLS (listen.tls)" : "token (listen.tokens)")
                  + "; name both in conf/endpoint.yaml, or say --behind-proxy where a proxy in front"
                  + " does both"));
    }
  }

  private void warn(Listening listening, InetSocketAddress address) {
    if (listening.isBehindProxy()) {
      say(
          "WARNING: listens on "
              + address.getAddress().getHostAddress()
              + (listening.tls().isEmpty() ? " without TLS" : "")
              + (listening.tokens().isEmpty() ? " and lets everybody ask" : "")
              + ", since it was told that a proxy in front sees to that (--behind-proxy)");
    }
    if (listening.tls().isEmpty()
        && listening.tokens().isPresent()
        && !address.getAddress().isLoopbackAddress()) {
      say("WARNING: tokens come in unencrypted");
    }
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("nightjar serve: " + line);
    err.flush();
  }
}
