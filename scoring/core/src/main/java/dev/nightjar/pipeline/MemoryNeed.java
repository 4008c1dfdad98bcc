package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.engine.Reference;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;

/**
 * How much memory scoring with a bundle takes, all in bytes. Worked out from the bundle's files
 * alone, without running it, and rather too much than too little; the size of texts is not known
 * beforehand and bounded where batches are made.
 *
 * @param files of the bundle, on the heap
 * @param heapOfRow of a row in flight, on the heap
 * @param nativeOfRow of a row inside the network, beside the heap; 0 when it is not known before
 *     the network runs
 * @param nativeOfReplica of each thread's network, beside the heap
 * @param nativeShared of the network's parts that all threads share, and of the engine's libraries
 */
public record MemoryNeed(
    long files, long heapOfRow, long nativeOfRow, long nativeOfReplica, long nativeShared) {
  private static final long MEBIBYTE = 1L << 20;

  /** What a library's code and tables take once it is loaded, measured on Linux. */
  private static final long DL4J_LIBRARIES = 192 * MEBIBYTE;

  private static final long ONNX_LIBRARIES = 48 * MEBIBYTE;

  /** A fate and the places of a row in the arrays between the stages. */
  private static final long BYTES_OF_A_FATE = 48;

  /** A value of DataVec: an object, its place in a list, and what a step makes of it. */
  private static final long BYTES_OF_A_WRITABLE = 64;

  /** A reference to a text and its share of it. */
  private static final long BYTES_OF_A_TEXT = 32;

  /**
   * Parameters lie in the zip as they lie in memory; DL4J makes views and copies for its layers.
   */
  private static final int COPIES_OF_PARAMETERS = 2;

  /** A layer's sums lie beside its activations. */
  static final int COPIES_OF_ACTIVATIONS = 2;

  /**
   * The rows that one thread has inside the network may take this part of what there is beside the
   * heap; several may score at once.
   */
  public static final int SHARE_OF_ROWS = 4;

  /**
   * The need of a bundle whose digests have been checked, on the CPU.
   *
   * @param engine the name of the engine that runs its network
   */
  public static MemoryNeed of(Bundle bundle, String engine) {
    long columns = bundle.manifest().transformed().size();
    long heap = BYTES_OF_A_FATE + inputs(bundle) + columns * Float.BYTES;
    long activations = 0;
    if (CompiledStages.areIn(bundle)) {
      Pipeline pipeline =
          PipelineFormat.read(
              bundle.files().place(BundleFiles.PIPELINE), bundle.files().get(BundleFiles.PIPELINE));
      heap += pipeline.transform().slots().stream().mapToLong(MemoryNeed::bytes).sum();
      activations = pipeline.activations();
    } else {
      heap += (columns + bundle.manifest().contract().inputs().size()) * BYTES_OF_A_WRITABLE;
    }
    boolean foreign = bundle.manifest().foreign().isPresent();
    boolean onnx = !engine.equals(Reference.TRAINING);
    String model = onnx ? BundleFiles.ONNX : BundleFiles.MODEL;
    long parameters = COPIES_OF_PARAMETERS * length(bundle, foreign ? BundleFiles.FOREIGN : model);
    return new MemoryNeed(
        bundle.files().bytes(),
        heap,
        COPIES_OF_ACTIVATIONS * activations,
        onnx ? 0 : parameters,
        onnx ? ONNX_LIBRARIES + parameters : DL4J_LIBRARIES);
  }

  private static long length(Bundle bundle, String file) {
    return bundle.files().find(file).map(bytes -> (long) bytes.length).orElse(0L);
  }

  private static long inputs(Bundle bundle) {
    long bytes = 0;
    for (Field field : bundle.manifest().contract().inputSchema().fields()) {
      // As it comes, and as the contract hands it on.
      bytes += 2 * (field.type() == DataType.STRING ? BYTES_OF_A_TEXT : Long.BYTES);
    }
    return bytes;
  }

  private static long bytes(Kind kind) {
    return switch (kind) {
      case DOUBLE, LONG -> Long.BYTES;
      case FLOAT, INT, TEXT -> Integer.BYTES;
      case BOOLEAN -> 1;
    };
  }
}
