package dev.nightjar.cli;

import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/** What this process knows of the place where it prints. */
final class Console {
  private Console() {}

  /** True when a person looks on, so that lines may be painted over. */
  static boolean isTerminal() {
    return Ansi.AUTO.enabled() && !"dumb".equals(System.getenv("TERM"));
  }

  /** True when stack traces are wanted: {@code NIGHTJAR_VERBOSE=1}. */
  static boolean isVerbose() {
    return "1".equals(System.getenv("NIGHTJAR_VERBOSE"));
  }

  /** A text with picocli's markup, coloured where the place can show it. */
  static String styled(String markup) {
    return Ansi.AUTO.string(markup);
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
