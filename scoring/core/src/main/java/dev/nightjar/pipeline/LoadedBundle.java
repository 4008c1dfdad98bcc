package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.fault.Guard;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A bundle that has proven its golden rows in this JVM. It hands out scorers, one for each thread
 * that asks, and keeps those that are given back; so there are as many replicas of the network as
 * threads that ever scored at once. Closing it frees them; scorers still out are freed when they
 * are given back. Thread-safe.
 */
public final class LoadedBundle implements AutoCloseable {
  private final Bundle bundle;
  private final Reference reference;
  private final ConcurrentLinkedQueue<ReferencePipeline> idle = new ConcurrentLinkedQueue<>();

  private volatile boolean closed;

  private LoadedBundle(Bundle bundle, Reference reference) {
    this.bundle = bundle;
    this.reference = reference;
  }

  /**
   * Loads a bundle's model and proves its golden rows.
   *
   * @throws dev.nightjar.bundle.BundleException when the model cannot be read, or a golden row
   *     comes out differently; the message names row, stage and host
   */
  public static LoadedBundle load(Bundle bundle) {
    LoadedBundle loaded = new LoadedBundle(bundle, Engines.reference(bundle.manifest().engine()));
    ReferencePipeline pipeline = loaded.reference.load(bundle);
    try {
      prove(bundle, pipeline);
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
    loaded.idle.add(pipeline);
    return loaded;
  }

  private static void prove(Bundle bundle, ReferencePipeline pipeline) {
    if (Guard.GOLDEN_ROWS.isOff(bundle.label())) {
      return;
    }
    GoldenRows golden =
        GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract());
    new GoldenProof(bundle, golden).prove(pipeline);
  }

  public Bundle bundle() {
    return bundle;
  }

  /**
   * A scorer for the calling thread; closing it gives it back.
   *
   * @throws IllegalStateException when this has been closed
   */
  public Scorer scorer() {
    if (closed) {
      throw new IllegalStateException(
          "the bundle " + bundle.label() + " has been closed; load it again");
    }
    ReferencePipeline pipeline = idle.poll();
    return new ReferenceScorer(
        bundle.manifest().contract(),
        pipeline == null ? reference.load(bundle) : pipeline,
        this::giveBack);
  }

  private void giveBack(ReferencePipeline pipeline) {
    idle.add(pipeline);
    if (closed) {
      close();
    }
  }

  /** Frees every network that is not in use. */
  @Override
  public void close() {
    closed = true;
    for (ReferencePipeline next = idle.poll(); next != null; next = idle.poll()) {
      next.close();
    }
  }
}
