package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.engine.Placement;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.pipeline.Scorer;
import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * All that crosses to the executors: the bundle, what runs it, the columns that come, those that go
 * along, and those that come out.
 */
final class ScoreTask implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private final Broadcast<BundleFiles> files;
  private final String digest;

  /** Null where no signature is asked for: an Optional does not travel. */
  private final @Nullable TrustedKeys signedBy;

  private final Placement placement;
  private final StructType input;
  private final StructType result;
  private final BatchBounds bounds;

  /** Null where no rows are sampled. */
  private final @Nullable Sampling sampling;

  /**
   * @param placement as the driver decided it
   * @param input the columns of the rows
   * @param result the columns of scored rows: those that are kept come first, by name
   */
  ScoreTask(
      Broadcast<BundleFiles> files,
      String digest,
      Optional<TrustedKeys> signedBy,
      Placement placement,
      StructType input,
      StructType result,
      BatchBounds bounds,
      Optional<Sampling> sampling) {
    this.files = files;
    this.digest = digest;
    this.signedBy = signedBy.orElse(null);
    this.placement = placement;
    this.input = input;
    this.result = result;
    this.bounds = bounds;
    this.sampling = sampling.orElse(null);
  }

  StructType result() {
    return result;
  }

  BatchBounds bounds() {
    return bounds;
  }

  /** Where what is in a row of that scorer's bundle. */
  RowLayout layout(Scorer scorer) {
    return new RowLayout(input, result, scorer.contract(), digest);
  }

  /** What chooses rows of that scorer; null when none are to be chosen. */
  @Nullable RowSampler sampler(Scorer scorer) {
    return sampling == null ? null : new RowSampler(sampling, result, scorer);
  }

  /** A scorer for the running task, closed at the latest when that ends. */
  Scorer scorer() {
    Failpoint.TASK_START.hit();
    Scorer scorer = load();
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) context -> scorer.close());
    }
    return scorer;
  }

  private Scorer load() {
    BundleFiles bundle = files.value();
    try {
      ExecutorBundles.Key key =
          new ExecutorBundles.Key(
              digest, placement.engine(), GpuResources.ofTask(placement.device()));
      return ExecutorBundles.scorer(key, bundle, Optional.ofNullable(signedBy));
    } catch (BundleException | LinkageError e) {
      throw UnfitExecutor.end(bundle.origin(), e);
    }
  }
}
