package dev.nightjar.cli;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Suggestion;
import dev.nightjar.run.ExitCode;
import dev.nightjar.submit.SubmitPlan;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
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
      PlanCommand.class,
      RunCommand.class,
      BackfillCommand.class,
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
      PitAuditCommand.class,
      ExplainRowCommand.class,
      QuarantineCommand.class,
      ServeCommand.class,
      ScheduleCommand.class,
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
      "5:the outcome is unknown; ask 'nightjar runs resolve'"
    })
public final class Main implements Runnable {
  private static final String VERBOSE_VARIABLE = "NIGHTJAR_VERBOSE";

  private final Environment environment;
  private final boolean verboseByVariable;
  @Spec private CommandSpec spec;

  @Option(
      names = SubmitPlan.VERBOSE,
      scope = ScopeType.INHERIT,
      description =
          "Show the log, and where an error came from (likewise " + VERBOSE_VARIABLE + "=1).")
  private boolean verbose;

  private Main(Function<String, @Nullable String> variables) {
    environment = new Environment(variables);
    // Not asked of the environment: what that hands out is redacted from then on, and this is a 1.
    verboseByVariable = "1".equals(variables.apply(VERBOSE_VARIABLE));
  }

  public static void main(String[] arguments) {
    CommandLine line = line(System::getenv);
    Main main = line.getCommand();
    line.setExecutionStrategy(
        parsed -> {
          if (main.isVerbose()) {
            // Before anything logs: Log4j reads its configuration once.
            System.setProperty(SubmitPlan.LOG, SubmitPlan.LOG_VERBOSE);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    System.exit(line.execute(arguments));
  }

  /**
   * The command line.
   *
   * @param variables the environment: what <code>${env:NAME}</code> means in the files that are
   *     read, null for what is not set
   */
  static CommandLine line(Function<String, @Nullable String> variables) {
    CommandLine command = new CommandLine(new Main(variables));
    command.getSubcommands().values().forEach(Main::withoutVersion);
    return command
        .setParameterExceptionHandler(Main::complain)
        .setExecutionExceptionHandler(
            (exception, line, parsed) ->
                Complaint.print(Complaint.failure(exception), line.getCommandSpec()))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /**
   * Only Nightjar itself has a version to tell: whoever writes {@code package --version 1} means
   * that of a model, and must hear that it is called otherwise.
   */
  private static void withoutVersion(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    Optional.ofNullable(spec.findOption("--version"))
        .filter(CommandLine.Model.OptionSpec::versionHelp)
        .ifPresent(spec::remove);
    command.getSubcommands().values().forEach(Main::withoutVersion);
  }

  /** The mistake first and alone, so that no page of usage hides it. */
  private static int complain(ParameterException mistake, String[] arguments) {
    CommandLine line = mistake.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("nightjar: " + message(mistake));
    String command = line.getCommandSpec().qualifiedName();
    err.println("see: " + command + " --help");
    Complaint.printOrigin(mistake, line.getCommandSpec());
    err.flush();
    return ExitCode.USAGE.code();
  }

  private static String message(ParameterException mistake) {
    Set<String> commands = mistake.getCommandLine().getSubcommands().keySet();
    boolean takesCommand =
        !commands.isEmpty()
            && mistake.getCommandLine().getCommandSpec().positionalParameters().isEmpty();
    if (takesCommand && mistake instanceof UnmatchedArgumentException unmatched) {
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

  /** Whether the user wants to see more than a message. */
  static boolean isVerbose(CommandSpec command) {
    return ((Main) command.root().userObject()).isVerbose();
  }

  private boolean isVerbose() {
    return verbose || verboseByVariable;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do, for example: nightjar demo");
  }
}
