package dev.nightjar.online;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The endpoint's own main: {@code bin/nightjar serve} starts it on a class path of its own. */
public final class Main {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(line().execute(arguments));
  }

  /** The command line {@code nightjar serve}, without that word. */
  static CommandLine line() {
    return new CommandLine(new ServeCommand())
        .setCommandName("nightjar serve")
        .setParameterExceptionHandler(
            (e, arguments) -> {
              PrintWriter err = e.getCommandLine().getErr();
              err.println("nightjar serve: " + e.getMessage());
              CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
              err.println("Try 'nightjar serve --help'.");
              return USAGE;
            })
        .setExecutionExceptionHandler((e, command, parsed) -> complain(e, command.getErr()));
  }

  private static int complain(Exception thrown, PrintWriter err) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ConfigurationException mistakes) {
      for (Problem problem : mistakes.problems()) {
        err.println(problem);
      }
      return USAGE;
    }
    err.println("nightjar serve: " + cause.getMessage());
    LoggerFactory.getLogger(Main.class).debug("it could not begin", cause);
    return FAILED;
  }
}
