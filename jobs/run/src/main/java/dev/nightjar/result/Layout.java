package dev.nightjar.result;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** Where things lie under an output path. */
record Layout(Path root) {
  static final String DATA = "data";
  static final String STATE = "_nightjar";

  /** One folder name that no file system and no reader of hidden files takes for something else. */
  private static final Pattern INTERVAL = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}");

  private static final Pattern TOKEN = Pattern.compile("([1-9][0-9]{0,17})(\\.json)?");

  /** Refuses what could lead out of the output path, or is not one folder name. */
  static String requireInterval(String interval) {
    if (!isInterval(interval)) {
      throw new ResultException(
          "interval",
          interval,
          "is not an interval's name: letters, digits and . + _ - only, a letter or digit first",
          "give a name such as 2013-11-05 or 2013-11-05T03");
    }
    return interval;
  }

  static boolean isInterval(String name) {
    return INTERVAL.matcher(name).matches();
  }

  static long requireToken(long token) {
    if (token < 1) {
      throw new ResultException(
          "token",
          Long.toString(token),
          "is not a fencing token, which is 1 or more",
          "take the one that claim() gave");
    }
    return token;
  }

  /** The token in a file's name, with or without {@code .json}; empty for a foreign file. */
  static Optional<Long> token(String fileName, String suffix) {
    Matcher name = TOKEN.matcher(fileName);
    if (!name.matches() || !fileName.endsWith(suffix)) {
      return Optional.empty();
    }
    return name.group(2) == null || suffix.equals(".json")
        ? Optional.of(Long.parseLong(name.group(1)))
        : Optional.empty();
  }

  /** An attempt's folder, relative to the output path. */
  static String attempt(String interval, long token) {
    return DATA + "/" + requireInterval(interval) + "/" + requireToken(token);
  }

  Path data() {
    return new Path(root, DATA);
  }

  Path claims() {
    return new Path(root, STATE + "/claims");
  }

  Path published() {
    return new Path(root, STATE + "/published");
  }

  Path runs() {
    return new Path(root, STATE + "/runs");
  }

  static Path of(Path folder, String interval) {
    return new Path(folder, requireInterval(interval));
  }

  static Path of(Path folder, String interval, long token, String suffix) {
    return new Path(of(folder, interval), requireToken(token) + suffix);
  }
}
