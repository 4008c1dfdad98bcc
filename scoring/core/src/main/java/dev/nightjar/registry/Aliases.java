package dev.nightjar.registry;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The aliases of models: numbered moves of which the highest whole one is current. */
final class Aliases {
  private static final int MOST_TRIES = 20;
  private static final long LONGEST_PAUSE_NANOS = 20_000_000;

  private final Entries entries;
  private final Clock clock;

  Aliases(Entries entries, Clock clock) {
    this.entries = entries;
    this.clock = clock;
  }

  /** Where a move goes. */
  record Target(String version, String digest, boolean rollback) {}

  /** The aliases of a model that were ever moved, sorted. */
  List<String> names(String name) {
    return entries.words(Layout.aliases(name)).stream()
        .filter(alias -> !moves(name, alias).isEmpty())
        .toList();
  }

  /** Where the alias points. */
  Optional<Move> current(String name, String alias) {
    String folder = Layout.alias(name, alias);
    long[] numbers = entries.numbers(folder, Entries.JSON).toArray();
    for (int i = numbers.length - 1; i >= 0; i--) {
      Optional<Move> move = read(folder, numbers[i]);
      if (move.isPresent()) {
        return move;
      }
    }
    return Optional.empty();
  }

  History history(String name, String alias) {
    return History.of(moves(name, alias));
  }

  /** All whole moves, also those that were overtaken. */
  List<Move> moves(String name, String alias) {
    String folder = Layout.alias(name, alias);
    List<Move> moves = new ArrayList<>();
    entries
        .numbers(folder, Entries.JSON)
        .forEach(number -> read(folder, number).ifPresent(moves::add));
    return moves;
  }

  private Optional<Move> read(String folder, long number) {
    String file = folder + "/" + number + Entries.JSON;
    Optional<Move> move = entries.find(file, Move.class);
    if (move.isPresent() && move.get().number() != number) {
      throw RegistryException.failed(
          "the file "
              + entries.path(file)
              + " holds move "
              + move.get().number()
              + ", and was copied or renamed; move it away");
    }
    return move;
  }

  /**
   * Moves the alias.
   *
   * @param decide from the history to where the alias shall point; empty when it shall stay. It is
   *     asked again when somebody else moves the alias at the same time, and throws when the alias
   *     is not where it should be
   * @return the move that is current, which nobody has overtaken
   */
  Move move(String name, String alias, String by, Function<History, Optional<Target>> decide) {
    String folder = Layout.alias(name, alias);
    History found = history(name, alias);
    if (decide.apply(found).isEmpty()) {
      return found.current().orElseThrow(); // or it has thrown: no number is claimed for nothing
    }
    Optional<Move> own = Optional.empty();
    for (int i = 0; i < MOST_TRIES; i++) {
      long number = claim(folder, by);
      History history = history(name, alias);
      Optional<Move> current = history.current();
      Optional<Target> target =
          own.isPresent() && own.equals(current) ? own.map(Aliases::again) : decide.apply(history);
      if (target.isEmpty()) {
        return current.orElseThrow();
      }
      Move move = moveTo(target.get(), number, current, by);
      boolean written =
          highest(folder) == number && entries.create(folder + "/" + number + Entries.JSON, move);
      if (written && highest(folder) == number) {
        return move;
      }
      // Whoever has claimed a higher number may have looked before this move was whole.
      own = written ? Optional.of(move) : own;
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_NANOS << (i / 4)));
    }
    throw RegistryException.overtaken(
        "the alias '"
            + name
            + "@"
            + alias
            + "' was claimed by others "
            + MOST_TRIES
            + " times in a row; see 'nightjar models history "
            + name
            + " "
            + alias
            + "' and try again");
  }

  private static Target again(Move move) {
    return new Target(move.version(), move.digest(), move.rollback());
  }

  private Move moveTo(Target target, long number, Optional<Move> current, String by) {
    return new Move(
        number,
        target.version(),
        target.digest(),
        current.map(Move::number).orElse(0L),
        target.rollback(),
        now(),
        by);
  }

  private long claim(String folder, String by) {
    Map<String, String> claim = Map.of("by", by);
    long number = highest(folder) + 1;
    while (!entries.create(folder + "/" + number, claim)) {
      number++;
    }
    return number;
  }

  private long highest(String folder) {
    return Math.max(
        entries.numbers(folder, "").max().orElse(0),
        entries.numbers(folder, Entries.JSON).max().orElse(0));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
