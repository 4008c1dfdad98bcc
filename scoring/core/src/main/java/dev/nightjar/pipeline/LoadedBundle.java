package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.fault.Guard;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A bundle that has proven its golden rows in this JVM. It hands out scorers, one for each thread
 * that asks, and keeps those that are given back; so there are as many replicas of the network as
 * threads that ever scored at once. Closing it frees them; scorers still out are freed when they
 * are given back. Thread-safe.
 */
public final class LoadedBundle implements AutoCloseable {
  private final Bundle bundle;
  private final Supplier<Stages> maker;
  private final ConcurrentLinkedQueue<Stages> idle = new ConcurrentLinkedQueue<>();

  private volatile boolean closed;

  private LoadedBundle(Bundle bundle, Supplier<Stages> maker) {
    this.bundle = bundle;
    this.maker = maker;
  }

  /** {@link #load(Bundle, String, Device)} by the engine of its packaging, on the CPU. */
  public static LoadedBundle load(Bundle bundle) {
    return load(bundle, bundle.manifest().engine(), Device.cpu());
  }

  /**
   * Loads a bundle's model and proves its golden rows, by that engine and on that device.
   *
   * @param engine the engine's name, one that {@link dev.nightjar.engine.Placement} allows
   * @throws dev.nightjar.bundle.BundleException when the model cannot be read, the device cannot be
   *     used here, or a golden row comes out differently; the message names row, stage and host
   */
  public static LoadedBundle load(Bundle bundle, String engine, Device device) {
    LoadedBundle loaded = new LoadedBundle(bundle, maker(bundle, engine, device));
    loaded.idle.add(loaded.proven());
    return loaded;
  }

  private Stages proven() {
    Stages stages = null;
    try {
      stages = maker.get();
      prove(bundle, stages);
      return stages;
    } catch (RuntimeException e) {
      if (stages != null) {
        stages.close();
      }
      if (e instanceof BundleException) {
        throw e;
      }
      throw new BundleException(
          String.format(
              "the bundle %s cannot be run here: %s; package the model again",
              bundle.files().origin(), e),
          e);
    }
  }

  private static Supplier<Stages> maker(Bundle bundle, String engine, Device device) {
    if (CompiledStages.areIn(bundle)) {
      return CompiledStages.of(bundle, engine, device);
    }
    if (bundle.files().find(BundleFiles.ONNX).isPresent()) {
      throw new BundleException(
          String.format(
              "the bundle %s holds %s and no %s, without which no rows come to it; package the"
                  + " model again",
              bundle.files().origin(), BundleFiles.ONNX, BundleFiles.PIPELINE));
    }
    if (device.kind() != Device.Kind.CPU) {
      throw new BundleException(
          String.format(
              "the bundle %s runs by reference, which is on the CPU alone; ask for the device"
                  + " 'cpu'",
              bundle.files().origin()));
    }
    Reference reference = Engines.reference(engine);
    return () -> new ReferenceStages(reference.load(bundle));
  }

  private static void prove(Bundle bundle, Stages stages) {
    if (Guard.GOLDEN_ROWS.isOff(bundle.label())) {
      return;
    }
    GoldenRows golden =
        GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract());
    new GoldenProof(bundle, golden).prove(stages);
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
    Stages stages = idle.poll();
    return new StagedScorer(
        bundle.manifest().contract(), stages == null ? maker.get() : stages, this::giveBack);
  }

  private void giveBack(Stages stages) {
    idle.add(stages);
    if (closed) {
      close();
    }
  }

  /** Frees every network that is not in use. */
  @Override
  public void close() {
    closed = true;
    for (Stages next = idle.poll(); next != null; next = idle.poll()) {
      next.close();
    }
  }
}
