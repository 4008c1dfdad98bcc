package dev.nightjar.cli;

import picocli.CommandLine.Parameters;

/** Which alias of which model a command is about. */
final class AliasArguments {
  @Parameters(index = "0", paramLabel = "NAME", description = "A model's name.")
  private String name;

  @Parameters(index = "1", paramLabel = "ALIAS", description = "One of its aliases.")
  private String alias;

  String name() {
    return name;
  }

  String alias() {
    return alias;
  }
}
