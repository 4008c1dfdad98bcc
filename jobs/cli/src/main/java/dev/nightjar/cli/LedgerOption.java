package dev.nightjar.cli;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Suggestion;
import dev.nightjar.job.Project;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerException;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Which project, and so which ledger, a command is about. */
final class LedgerOption extends ProjectOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Works with the ledger of the project; a failure of the ledger is told, and exit code 1. */
  int with(Project project, ToIntFunction<Ledger> work) {
    try {
      return work.applyAsInt(Ledger.open(project.ledger()));
    } catch (LedgerException e) {
      return Complaint.print(
          new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), e), command);
    }
  }

  /**
   * The project, which must have a job of that name. The job's file need not be sound.
   *
   * @throws ConfigurationException when it has none
   */
  Project projectWith(String job) {
    Project project = project();
    if (!project.jobNames().contains(job)) {
      throw new ConfigurationException(
          new Problem(
              String.valueOf(project.jobFile(job).getParent()),
              0,
              "",
              "no job '" + job + "' here" + Suggestion.text(job, project.jobNames())));
    }
    return project;
  }
}
