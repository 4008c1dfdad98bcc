package dev.nightjar.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands in this process and keeps what they print. */
final class Shell {
  private final Map<String, String> variables;

  Shell() {
    this(Map.of());
  }

  Shell(Map<String, String> variables) {
    this.variables = variables;
  }

  /** How a command ended. */
  record Ended(int exit, String out, String err) {
    /** All that a user saw. */
    String all() {
      return out + err;
    }
  }

  Ended run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        Main.line(variables::get)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return new Ended(line.execute(arguments), out.toString(), err.toString());
  }
}
