package dev.nightjar.cli;

import dev.nightjar.config.Environment;
import dev.nightjar.job.Project;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.schedule.node.Node;
import dev.nightjar.schedule.page.Desk;
import dev.nightjar.schedule.page.PageServer;
import dev.nightjar.schedule.page.PageSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a scheduler shows its page. */
final class PageOption {
  private static final Pattern PLACE = Pattern.compile("(?:(.+):)?([0-9]{1,5})");
  private static final int MOST_PORT = 65_535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--page",
      paramLabel = "[HOST:]PORT",
      description = {
        "Show its page and metrics there (default: as 'page' of conf/project.yaml says,",
        "else nowhere). Without a host on this machine alone: 127.0.0.1."
      })
  private @Nullable String place;

  /** Whether the command line asks for it. */
  boolean isGiven() {
    return place != null;
  }

  /**
   * Where it is to be shown; empty for nowhere.
   *
   * @throws ParameterException when the option names no place, or one that may not be
   * @throws dev.nightjar.config.ConfigurationException when conf/project.yaml has mistakes
   */
  Optional<PageSettings> settings(Project project) {
    Optional<PageSettings> said = project.page();
    if (place == null) {
      return said;
    }
    Matcher matcher = PLACE.matcher(place);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > MOST_PORT) {
      throw wrong("is neither a port nor HOST:PORT; write one such as 8090");
    }
    String host = matcher.group(1) == null ? PageSettings.LOOPBACK : matcher.group(1);
    PageSettings settings =
        said.orElse(new PageSettings(host, 0, Optional.empty(), false))
            .at(host, Integer.parseInt(matcher.group(2)));
    settings
        .mistake()
        .ifPresent(
            mistake -> {
              throw wrong(mistake);
            });
    return Optional.of(settings);
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), "--page " + place + ": " + why);
  }

  /**
   * Shows it until it is closed. One that cannot be shown where the command line asks for it ends
   * the command; where only a file asks for it, runs are worth more, and it is told.
   */
  Optional<PageServer> start(
      PageSettings settings, Project project, Ledger ledger, Node node, Consumer<String> say) {
    Environment environment = Main.environment(spec);
    Desk.Sources sources =
        new Desk.Sources(
            project.folder(),
            ledger,
            node::glance,
            new ProjectRunFiles(project),
            Clock.systemUTC(),
            environment::redact);
    PageServer.Tools tools = new PageServer.Tools(sources, node.counts()::now, node::wake, say);
    String at = settings.host() + ":" + settings.port();
    try {
      PageServer server = PageServer.start(settings, tools);
      say.accept(
          "its page: http://"
              + settings.host()
              + ":"
              + server.port()
              + (settings.isLoopback() || settings.isBehindProxy()
                  ? ""
                  : ", which everybody reads who reaches it"));
      return Optional.of(server);
    } catch (IOException e) {
      String why = "the page cannot be shown at " + at + ": " + e.getMessage();
      if (isGiven()) {
        throw new ParameterException(spec.commandLine(), why + "; choose another port", e);
      }
      say.accept(why + "; runs go on without it");
      return Optional.empty();
    }
  }
}
