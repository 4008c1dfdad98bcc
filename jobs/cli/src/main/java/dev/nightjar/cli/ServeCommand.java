package dev.nightjar.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code nightjar serve}, which {@code bin/nightjar} starts by a main and on a class path of its
 * own; here for the list of commands.
 */
@Command(
    name = "serve",
    description = "Scores rows on request over HTTP ('nightjar serve --help').")
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "0..*", hidden = true)
  private List<String> rest = new ArrayList<>();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "the endpoint has a class path of its own, without Spark; start it with bin/nightjar serve "
            + String.join(" ", rest));
  }
}
