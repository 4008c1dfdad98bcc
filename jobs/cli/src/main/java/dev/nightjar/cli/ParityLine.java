package dev.nightjar.cli;

import dev.nightjar.result.ParityCertificate;
import dev.nightjar.result.ParityCertificate.Comparison;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A parity certificate in one line, for a person. */
final class ParityLine {
  private ParityLine() {}

  /** How many rows were compared with what, how far they lie apart, and what was not compared. */
  static String of(ParityCertificate parity) {
    ParityCertificate.Rows rows = parity.rows();
    if (rows.total() == 0) {
      return "no row to compare";
    }
    String text =
        String.format(
            Locale.ROOT,
            "%,d rows (%,d scored, %,d filtered, %,d rejected) = %s",
            rows.total(),
            rows.scored(),
            rows.filtered(),
            rows.rejected(),
            paths(parity.comparisons()));
    long flips = parity.comparisons().stream().mapToLong(Comparison::flippedLabels).sum();
    if (flips > 0) {
      text += String.format(Locale.ROOT, "; %,d labels flipped within tolerance", flips);
    }
    return parity.withoutReference() == null
        ? text
        : text + "; no reference: " + parity.withoutReference();
  }

  private static String paths(List<Comparison> comparisons) {
    return comparisons.stream()
        .map(
            one ->
                one.path()
                    + (one.differing() == 0
                        ? String.format(
                            Locale.ROOT, " (%.1f %% of tolerance)", 100 * one.largestOfAll())
                        : String.format(Locale.ROOT, " but for %,d", one.differing())))
        .collect(Collectors.joining(" = "));
  }

  /** As a cell of a table: whether, and with what. */
  static String word(ParityCertificate parity) {
    boolean differs = parity.comparisons().stream().anyMatch(one -> one.differing() > 0);
    String rows = Console.number(parity.rows().total());
    if (differs) {
      return rows + " differ";
    }
    return parity.comparisons().size() > 1 ? rows : rows + " (online)";
  }
}
