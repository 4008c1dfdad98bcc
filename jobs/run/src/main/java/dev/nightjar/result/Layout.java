package dev.nightjar.result;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where things lie under an output path, by names relative to it. */
final class Layout {
  static final String DATA = "data";
  private static final String STATE = "_nightjar";
  static final String CLAIMS = STATE + "/claims";
  static final String PUBLISHED = STATE + "/published";
  static final String RUNS = STATE + "/runs";

  /** How the files begin by which it is found out whether claims can be created. */
  static final String PROBE = ".probe-";

  /** How manifests and run records end. */
  static final String JSON = ".json";

  /** One folder name that no file system and no reader of hidden files takes for something else. */
  private static final Pattern INTERVAL = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}");

  private static final Pattern TOKEN = Pattern.compile("([1-9][0-9]{0,17})(\\.json)?");

  private Layout() {}

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
    return name.group(2) == null || suffix.equals(JSON)
        ? Optional.of(Long.parseLong(name.group(1)))
        : Optional.empty();
  }

  /** An attempt's folder. */
  static String attempt(String interval, long token) {
    return of(DATA, interval, token, "");
  }

  static String claim(String interval, long token) {
    return of(CLAIMS, interval, token, "");
  }

  static String manifest(String interval, long token) {
    return of(PUBLISHED, interval, token, JSON);
  }

  /** Beside an attempt's rows, under a name that readers of the plain folder pass over. */
  static String prepared(String interval, long token) {
    return attempt(interval, token) + "/_manifest.json";
  }

  static String record(String interval, long token) {
    return of(RUNS, interval, token, JSON);
  }

  /** What a folder has for an interval. */
  static String of(String folder, String interval) {
    return folder + "/" + requireInterval(interval);
  }

  private static String of(String folder, String interval, long token, String suffix) {
    return of(folder, interval) + "/" + requireToken(token) + suffix;
  }
}
