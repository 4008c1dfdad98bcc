package dev.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar models}. */
@Command(
    name = "models",
    description = "Keeps bundles by name and version, and aliases that jobs name.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ModelsReading.ListCommand.class,
      ModelsReading.ShowCommand.class,
      ModelsReading.HistoryCommand.class,
      ModelsReading.ResolveCommand.class,
      ModelsReading.VerifyCommand.class,
      ModelsChanging.AddCommand.class,
      ModelsChanging.PromoteCommand.class,
      ModelsChanging.RollbackCommand.class,
      ModelsChanging.WithdrawCommand.class,
      ModelsChanging.PolicyCommand.class
    })
final class ModelsCommand implements Runnable {
  /** How many letters of a digest stand in a table. */
  private static final int DIGEST = 12;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do, for example: nightjar models list");
  }

  /** The beginning of a digest, for tables. */
  static String shortened(String digest) {
    return digest.substring(0, DIGEST);
  }
}
