package dev.nightjar.bench.worker;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What it would spare to score rows of several requests together: the time of a row alone and in
 * company, from contract to output, of the golden rows of a bundle.
 */
final class RowsTogether {
  private static final int COMPANY = 8;
  private static final int ROUNDS = 15;
  private static final long NANOS_OF_A_ROUND = 200_000_000;

  private final Bundle bundle;

  RowsTogether(Bundle bundle) {
    this.bundle = bundle;
  }

  /** Medians of rounds that alternate, in microseconds a row. */
  Map<String, Double> measure() {
    GoldenRows golden =
        GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract());
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      double[] alone = new double[ROUNDS];
      double[] together = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        alone[round] = microsOfRow(scorer, batches(golden, 1));
        together[round] = microsOfRow(scorer, batches(golden, COMPANY));
      }
      return Map.of("alone-us", median(alone), "together-us", median(together));
    }
  }

  private static double microsOfRow(Scorer scorer, List<ColumnBatch> batches) {
    long rows = 0;
    long begin = System.nanoTime();
    long took = 0;
    for (int i = 0; took < NANOS_OF_A_ROUND; i = (i + 1) % batches.size()) {
      rows += scorer.score(batches.get(i)).rows();
      took = System.nanoTime() - begin;
    }
    return took / 1e3 / rows;
  }

  private static List<ColumnBatch> batches(GoldenRows golden, int size) {
    List<GoldenRow> rows = golden.rows();
    List<String> names = golden.inputs().names();
    List<ColumnBatch> batches = new ArrayList<>();
    for (int first = 0; first + size <= rows.size(); first += size) {
      ColumnBatch.Builder batch = ColumnBatch.builder(golden.inputs());
      IntStream.range(first, first + size)
          .mapToObj(rows::get)
          .forEach(row -> batch.row(names.stream().map(row.input()::get).toArray()));
      batches.add(batch.build());
    }
    return batches;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
