package dev.nightjar.pipeline;

import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinedBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Answers rows on request: looks their features up in a store, by the views and the statistics that
 * the bundle was trained with, and scores them as a batch job does. Thread-safe; each call takes a
 * scorer of the bundle for itself.
 */
public final class OnlineScorer {
  private final LoadedBundle bundle;
  private final Optional<FeatureLookUp> features;

  /**
   * A scorer on request. Neither the bundle nor the store is closed by it.
   *
   * @param store opened for {@link #views}
   */
  public OnlineScorer(LoadedBundle bundle, FeatureStore store) {
    this.bundle = bundle;
    this.features = Optional.of(new FeatureLookUp(views(bundle.bundle().manifest()), store));
  }

  /** A scorer on request of rows that have their features; the bundle is not closed by it. */
  public OnlineScorer(LoadedBundle bundle) {
    this.bundle = bundle;
    this.features = Optional.empty();
  }

  /**
   * The views of a bundle with the figures of its training for defaults: what a store must hold.
   */
  public static List<FeatureView> views(BundleManifest manifest) {
    return manifest.views().stream().map(manifest.statistics()::resolve).toList();
  }

  /**
   * Joins and scores rows. Where the bundle has no views there is nothing to join, and no store is
   * needed.
   *
   * @param rows with the keys of the views, and those inputs of the contract that are no features;
   *     a feature that they have is taken from them ({@link FeatureLookUp}); other columns are left
   *     alone
   * @param asOf the column of the time at which a row asks, a timestamp; can be empty when no view
   *     that is asked has event times
   * @throws IllegalArgumentException when a column is absent or of a type that cannot be one
   * @throws dev.nightjar.feature.FeatureStoreException when the store cannot answer
   */
  public OnlineBatch score(ColumnBatch rows, Optional<String> asOf) {
    JoinedBatch joined = joined(rows, asOf);
    try (Scorer scorer = bundle.scorer()) {
      return new OnlineBatch(joined, scorer.score(joined.rows()));
    }
  }

  /**
   * {@link #score} with what each row was after every stage: for few rows, which somebody wants
   * explained.
   */
  public TracedBatch trace(ColumnBatch rows, Optional<String> asOf) {
    JoinedBatch joined = joined(rows, asOf);
    try (Scorer scorer = bundle.scorer()) {
      ScoredBatch scored = scorer.score(joined.rows());
      List<Optional<GoldenRow>> stages = new ArrayList<>();
      for (int row = 0; row < scored.rows(); row++) {
        stages.add(
            joined.ties().get(row).isPresent()
                ? Optional.empty()
                : Optional.of(RowTraces.of(joined.rows(), row, scored, scorer.values(row))));
      }
      return new TracedBatch(new OnlineBatch(joined, scored), stages);
    }
  }

  private JoinedBatch joined(ColumnBatch rows, Optional<String> asOf) {
    if (features.isPresent()) {
      return features.get().join(rows, asOf);
    }
    if (!bundle.bundle().manifest().views().isEmpty()) {
      throw new IllegalStateException(
          "this scorer has no feature store to look features up in; make it with one, or give it"
              + " joined rows");
    }
    return asTheyCame(rows);
  }

  private static JoinedBatch asTheyCame(ColumnBatch rows) {
    return new JoinedBatch(
        rows,
        Collections.nCopies(rows.rows(), List.of()),
        Collections.nCopies(rows.rows(), Optional.empty()),
        Collections.nCopies(rows.rows(), List.of()));
  }

  /**
   * Scores rows that have their features already.
   *
   * @param rows with all inputs of the contract; other columns are left alone
   * @return without flags and rejections of a join
   * @throws IllegalArgumentException when a column is absent or of a type that cannot be one
   */
  public OnlineBatch scoreJoined(ColumnBatch rows) {
    try (Scorer scorer = bundle.scorer()) {
      return new OnlineBatch(asTheyCame(rows), scorer.score(rows));
    }
  }

  /** {@link #scoreJoined} with what each row was after every stage. */
  public GoldenRows traceJoined(ColumnBatch rows) {
    try (Scorer scorer = bundle.scorer()) {
      return RowTraces.by(scorer, rows);
    }
  }
}
