package dev.nightjar.online;

import dev.nightjar.access.AccessTokens;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar serve token}. */
@Command(
    name = "token",
    description = "Makes a token, and the line by which an endpoint knows it.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Whose it is: up to 64 of A-Z a-z 0-9 . _ -")
  private String name = "";

  @Override
  public Integer call() {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + name + "' cannot name a token; use up to 64 of A-Z a-z 0-9 . _ -");
    }
    String token = AccessTokens.fresh();
    PrintWriter out = spec.commandLine().getOut();
    out.println("token, for whoever asks, told this once:  " + token);
    out.println("line, for the file listen.tokens:         " + AccessTokens.line(name, token));
    return 0;
  }
}
