package dev.nightjar.faults.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Holds the files under an output path against the hours that a schedule asks for: each is
 * published once, with the rows that it must have, and no other is.
 */
public final class ScheduleChecker {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HHxx");

  private final Path output;
  private final Function<String, Map<String, Checker.Fate>> rows;

  /**
   * For results in an output path.
   *
   * @param rows what must become of the rows of an hour, by their key {@code id}
   */
  public ScheduleChecker(Path output, Function<String, Map<String, Checker.Fate>> rows) {
    this.output = output;
    this.rows = rows;
  }

  /**
   * The hours that a firing at so many minutes past each hour asks for: a firing scores the hour
   * that has ended by then. In UTC, whose hours have no gaps.
   *
   * @param from this instant's own firing left out
   * @param to this instant's own firing taken in
   */
  public static List<String> hours(Instant from, Instant to, int minutesPast) {
    List<String> hours = new ArrayList<>();
    Instant hour = from.truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS);
    for (; !hour.isAfter(to); hour = hour.plus(1, ChronoUnit.HOURS)) {
      Instant fires = hour.plus(1, ChronoUnit.HOURS).plus(minutesPast, ChronoUnit.MINUTES);
      if (fires.isAfter(from) && !fires.isAfter(to)) {
        hours.add(HOUR.withZone(ZoneOffset.UTC).format(hour));
      }
    }
    return hours;
  }

  /**
   * What is not as it must be.
   *
   * @param twice hours with more than one publication
   * @param never hours that the schedule asks for and nobody has published
   * @param wrong hours whose rows are others, that nobody has asked for, or that the ledger tells
   *     otherwise
   */
  public record Verdict(Set<String> twice, Set<String> never, Set<String> wrong) {
    public boolean isRight() {
      return twice.isEmpty() && never.isEmpty() && wrong.isEmpty();
    }
  }

  /**
   * Looks at everything.
   *
   * @param asked the hours that the schedule asks for
   * @param told what the ledger says became of each hour, {@code published} or another word
   */
  public Verdict check(List<String> asked, Map<String, String> told) throws IOException {
    Verdict verdict = new Verdict(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    Map<String, Integer> published = published();
    for (String hour : asked) {
      int times = published.getOrDefault(hour, 0);
      if (times == 0) {
        verdict.never().add(hour);
      } else if (times > 1) {
        verdict.twice().add(hour);
      }
      if (times > 0 && !isRight(hour)) {
        verdict.wrong().add(hour);
      }
      if ((times > 0) != "published".equals(told.get(hour))) {
        verdict.wrong().add(hour + " (the ledger: " + told.get(hour) + ")");
      }
    }
    Set<String> others = new TreeSet<>(published.keySet());
    others.removeAll(asked);
    others.forEach(hour -> verdict.wrong().add(hour + " (nobody has asked for it)"));
    return verdict;
  }

  private boolean isRight(String hour) {
    try {
      Optional<PublishedResult> result = PublishedResult.read(output, hour);
      return result.isPresent()
          && new Checker("id", "alarm", new LinkedHashMap<>(rows.apply(hour)))
              .check(result.get().rows())
              .isRight();
    } catch (IOException e) {
      return false; // a file that its manifest names is missing or broken
    }
  }

  /** How many manifests each interval has. */
  private Map<String, Integer> published() throws IOException {
    Map<String, Integer> published = new TreeMap<>();
    try (Stream<Path> intervals = Files.list(output.resolve("_nightjar/published"))) {
      for (Path interval : (Iterable<Path>) intervals::iterator) {
        try (Stream<Path> manifests = Files.list(interval)) {
          int times =
              (int)
                  manifests
                      .filter(file -> file.getFileName().toString().matches("[1-9][0-9]*\\.json"))
                      .count();
          published.put(interval.getFileName().toString(), times);
        }
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return published;
  }
}
