package dev.nightjar.certificate;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.pipeline.StageComparison;
import dev.nightjar.pipeline.StageComparison.Difference;
import dev.nightjar.result.ParityCertificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The written rows held against those of one other way.
 *
 * @param figures of it
 * @param first the key and the difference of the first row that differs; empty when none does
 */
record Judgement(ParityCertificate.Comparison figures, Optional<First> first) {

  /** A row that differs. */
  record First(String key, Difference difference) {}

  /**
   * Compares row by row.
   *
   * @param path the other way's name
   * @param expected what it made of the rows, in their order
   */
  static Judgement of(
      String path, BundleManifest manifest, List<WrittenRow> rows, List<GoldenRow> expected) {
    StageComparison comparison = new StageComparison(manifest);
    First first = null;
    long differing = 0;
    for (int i = 0; i < rows.size(); i++) {
      Optional<Difference> found = comparison.compare(expected.get(i), rows.get(i).written());
      if (found.isPresent()) {
        differing++;
        first = first == null ? new First(rows.get(i).key(), found.get()) : first;
      }
    }
    Map<String, Double> largest = new LinkedHashMap<>();
    comparison.largest().forEach((stage, share) -> largest.put(stage.word(), share));
    return new Judgement(
        new ParityCertificate.Comparison(path, rows.size(), differing, largest, comparison.flips()),
        Optional.ofNullable(first));
  }
}
