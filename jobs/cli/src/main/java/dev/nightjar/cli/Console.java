package dev.nightjar.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Help.Ansi;

/** What this process knows of the place where it prints. */
final class Console {
  private Console() {}

  /** True when a person looks on, so that lines may be painted over. */
  static boolean isTerminal() {
    return Ansi.AUTO.enabled() && !"dumb".equals(System.getenv("TERM"));
  }

  /** A text with picocli's markup, coloured where the place can show it. */
  static String styled(String markup) {
    return Ansi.AUTO.string(markup);
  }

  /** A command as it would be typed in the working folder to go on with a project. */
  static String command(String words, Path project) {
    String start = Optional.ofNullable(System.getenv("NIGHTJAR_COMMAND")).orElse("nightjar");
    Path here = Path.of("").toAbsolutePath();
    Path folder = project.toAbsolutePath().normalize();
    if (folder.equals(here)) {
      return start + " " + words;
    }
    Path shown = folder.startsWith(here) ? here.relativize(folder) : folder;
    return start + " " + words + " --project " + shown;
  }

  /** A number with thousands grouped. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Seconds with a decimal. */
  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
