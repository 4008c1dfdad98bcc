package dev.nightjar.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The moves of an alias that were ever current: the highest whole one, the one that it came after,
 * and so on. A move that was overtaken before it was seen has none that came after it.
 *
 * @param moves oldest first
 */
record History(List<Move> moves) {

  /** The history among whole moves, sorted by number. */
  static History of(List<Move> whole) {
    List<Move> chain = new ArrayList<>();
    for (int i = whole.size() - 1; i >= 0; i--) {
      Move move = whole.get(i);
      if (chain.isEmpty() || chain.get(chain.size() - 1).after() == move.number()) {
        chain.add(move);
      }
    }
    Collections.reverse(chain);
    return new History(List.copyOf(chain));
  }

  /** Where the alias points now; empty when it was never moved. */
  Optional<Move> current() {
    return moves.isEmpty() ? Optional.empty() : Optional.of(moves.get(moves.size() - 1));
  }

  /**
   * What a roll-back goes to: the version before the current one, then the one before that. What
   * was rolled back is not come back to.
   *
   * @param usable leaves out what was withdrawn
   */
  Optional<Move> before(Predicate<Move> usable) {
    Deque<Move> stack = new ArrayDeque<>();
    for (Move move : moves) {
      if (move.rollback()) {
        while (!stack.isEmpty() && !isSame(stack.peek(), move)) {
          stack.pop();
        }
      }
      if (stack.isEmpty() || !isSame(stack.peek(), move)) {
        stack.push(move);
      }
    }
    return stack.stream()
        .skip(1)
        .filter(move -> !isSame(move, stack.peek()))
        .filter(usable)
        .findFirst();
  }

  private static boolean isSame(Move one, Move other) {
    return one.version().equals(other.version());
  }
}
