package dev.nightjar.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what the user may have meant. */
public final class Suggestion {
  private static final int SHORTEST_BEGINNING = 3;

  private Suggestion() {}

  /**
   * The words to append to a message about an unknown word: {@code ; did you mean 'planes'?} when
   * one of the known words is near, else {@code ; known: …}, else nothing.
   */
  public static String text(String word, Collection<String> known) {
    return nearest(word, known)
        .map(near -> "; did you mean '" + near + "'?")
        .orElseGet(
            () ->
                known.isEmpty()
                    ? ""
                    : "; known: " + String.join(", ", known.stream().sorted().toList()));
  }

  /**
   * The known word that is at most a third of its letters away, ignoring case; else the shortest
   * that goes on where the word ends, or that the word goes on from: {@code int}, {@code float32}.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    Optional<String> misspelt =
        known.stream()
            .filter(k -> isNear(lower, k.toLowerCase(Locale.ROOT)))
            .min(
                Comparator.<String>comparingInt(k -> distance(lower, k.toLowerCase(Locale.ROOT)))
                    .thenComparing(Comparator.naturalOrder()));
    return misspelt.or(
        () ->
            known.stream()
                .filter(k -> isBeginning(lower, k.toLowerCase(Locale.ROOT)))
                .min(
                    Comparator.comparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder())));
  }

  private static boolean isNear(String word, String known) {
    int most = Math.max(1, known.length() / 3);
    // A word of one letter is not near to another one.
    return known.length() > 1
        && Math.abs(word.length() - known.length()) <= most
        && distance(word, known) <= most;
  }

  private static boolean isBeginning(String word, String known) {
    return Math.min(word.length(), known.length()) >= SHORTEST_BEGINNING
        && (known.startsWith(word) || word.startsWith(known));
  }

  /**
   * Edits, of which swapping two neighbours is one: Levenshtein's distance after Wagner and Fischer
   * (1974) with the transposition of Damerau (1964), in the restricted form.
   */
  private static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
        if (isSwap(a, i, b, j)) {
          current[j] = Math.min(current[j], 1 + beforeLast[j - 2]);
        }
      }
      beforeLast = previous;
      previous = current;
    }
    return previous[b.length()];
  }

  private static boolean isSwap(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
