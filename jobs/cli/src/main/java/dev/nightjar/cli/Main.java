package dev.nightjar.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code nightjar}. */
@Command(
    name = "nightjar",
    description = "Scores data with trained models: on a schedule, at any size, with one answer.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ResultsCommand.class,
      RunsCommand.class,
      ValidateCommand.class,
      PackageCommand.class,
      InspectCommand.class,
      FeaturesCommand.class,
      CommandLine.HelpCommand.class,
      picocli.AutoComplete.GenerateCompletion.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the result is published, or the command did what it says",
      "1:something failed; nothing is published",
      "2:the command line or the configuration is wrong",
      "3:refused by a limit or gate; nothing is published",
      "4:superseded by a newer attempt",
      "5:the outcome is unknown; ask 'nightjar runs'"
    })
final class Main implements Runnable {
  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs a command and returns its exit code. */
  static int execute(String... arguments) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(
            (exception, line, parsed) ->
                Failure.of(exception).print(line.getErr(), Console.isVerbose()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, for example: nightjar demo");
  }
}
