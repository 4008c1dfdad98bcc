package dev.nightjar.cli;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Suggestion;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command {@code nightjar}. Public because spark-submit calls its main method by reflection.
 */
@Command(
    name = "nightjar",
    description = "Scores data with trained models: on a schedule, at any size, with one answer.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      SubmitCommand.class,
      ResultsCommand.class,
      RunsCommand.class,
      ValidateCommand.class,
      PackageCommand.class,
      InspectCommand.class,
      ModelsCommand.class,
      SignCommand.class,
      KeysCommand.class,
      FeaturesCommand.class,
      CommandLine.HelpCommand.class,
      picocli.AutoComplete.GenerateCompletion.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the result is published, or the command did what it says",
      "1:something failed; nothing is published",
      "2:the command line or the configuration is wrong",
      "3:refused by a limit, a gate or the registry; nothing is published or changed",
      "4:superseded by a newer attempt, or an alias was not where it was expected",
      "5:the outcome is unknown; ask 'nightjar runs'"
    })
public final class Main implements Runnable {
  private final Environment environment;
  @Spec private CommandSpec spec;

  private Main(Environment environment) {
    this.environment = environment;
  }

  public static void main(String[] arguments) {
    System.exit(line(Environment.ofProcess()).execute(arguments));
  }

  /** The command line, with what <code>${env:NAME}</code> means in the files that it reads. */
  static CommandLine line(Environment environment) {
    return new CommandLine(new Main(environment))
        .setParameterExceptionHandler(Main::complain)
        .setExecutionExceptionHandler(
            (exception, line, parsed) ->
                Complaint.print(Failure.of(exception), line.getCommandSpec()))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** The mistake first and alone, so that no page of usage hides it. */
  private static int complain(ParameterException mistake, String[] arguments) {
    CommandLine line = mistake.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("nightjar: " + message(mistake));
    String command = line.getCommandSpec().qualifiedName();
    err.println("see: " + command + " --help");
    err.flush();
    return ExitCode.USAGE.code();
  }

  private static String message(ParameterException mistake) {
    Set<String> commands = mistake.getCommandLine().getSubcommands().keySet();
    if (!commands.isEmpty() && mistake instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      if (!word.startsWith("-")) {
        return "there is no command '" + word + "'" + Suggestion.text(word, commands);
      }
    }
    return String.valueOf(mistake.getMessage());
  }

  /**
   * The environment of the process that a command runs in: one for all that it reads, so that a
   * message can name every variable whose value it would show.
   */
  static Environment environment(CommandSpec command) {
    return ((Main) command.root().userObject()).environment;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, for example: nightjar demo");
  }
}
