package dev.nightjar.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar quarantine}. */
@Command(
    name = "quarantine",
    description = "Tells of the rejected rows of published results, and scores them again.",
    mixinStandardHelpOptions = true,
    subcommands = {
      QuarantineReading.ListCommand.class,
      QuarantineReading.ShowCommand.class,
      QuarantineReplay.class
    })
final class QuarantineCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do, for example: nightjar quarantine list JOB");
  }
}
