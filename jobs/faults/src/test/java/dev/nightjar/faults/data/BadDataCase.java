package dev.nightjar.faults.data;

import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.ExitCode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A way in which data is bad, and what must come of it.
 *
 * @param name in a sentence
 * @param breaks what is done to a sound project
 * @param published what must become of every row; empty when nothing may be published
 * @param exit how the run must end
 * @param words that the message, or a warning in the record, must hold
 * @param settings of the session, as a cluster may have them
 */
record BadDataCase(
    String name,
    Consumer<BadProject> breaks,
    Optional<Map<String, Fate>> published,
    ExitCode exit,
    List<String> words,
    Map<String, String> settings) {

  /** Everything is published as if nothing were wrong. */
  static BadDataCase harmless(String name, Consumer<BadProject> breaks, String... warning) {
    return published(name, breaks, BadProject.sound(), warning);
  }

  /** The day's rows are published, with these fates instead of the sound ones. */
  static BadDataCase rejects(String name, Consumer<BadProject> breaks, String... ids) {
    Map<String, Fate> fates = BadProject.sound();
    Arrays.stream(ids).forEach(id -> fates.put(id, Fate.of("rejected")));
    return published(name, breaks, fates);
  }

  static BadDataCase published(
      String name, Consumer<BadProject> breaks, Map<String, Fate> fates, String... warning) {
    return new BadDataCase(
        name,
        breaks,
        Optional.of(new LinkedHashMap<>(fates)),
        ExitCode.PUBLISHED,
        List.of(warning),
        Map.of());
  }

  /** Nothing is published and the message names the culprit. */
  static BadDataCase ends(
      ExitCode exit, String name, Consumer<BadProject> breaks, String... words) {
    return new BadDataCase(name, breaks, Optional.empty(), exit, List.of(words), Map.of());
  }

  /** The same in a session with these settings. */
  BadDataCase with(Map<String, String> more) {
    return new BadDataCase(name + " " + more.keySet(), breaks, published, exit, words, more);
  }

  @Override
  public String toString() {
    return name;
  }
}
