package dev.nightjar.schedule.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What to write in a shell to look further. */
final class Commands {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@+-]+");

  private Commands() {}

  static List<String> of(String job, String interval, List<RunDetails> attempts, Path project) {
    String where =
        quoted(job)
            + " --interval "
            + quoted(interval)
            + " --project "
            + quoted(project.toString());
    List<String> commands = new ArrayList<>();
    commands.add("nightjar runs show " + where);
    if (attempts.stream().anyMatch(one -> !one.rejections().isEmpty())) {
      commands.add("nightjar quarantine show " + where);
    }
    return commands;
  }

  /**
   * As a shell takes it for one word: whoever copies it runs what is read here and nothing else.
   */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() && !word.startsWith("-")
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}
