package dev.nightjar.cli;

import picocli.CommandLine.Option;

/** Whether a command answers programs instead of people. */
final class JsonOption {
  @Option(names = "--json", description = "Print JSON documents instead.")
  private boolean json;

  boolean isOn() {
    return json;
  }
}
