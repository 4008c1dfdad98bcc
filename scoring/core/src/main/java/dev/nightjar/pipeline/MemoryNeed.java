package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.Reference;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.ZipInputStream;

/**
 * How much memory scoring with a bundle takes, all in bytes. Worked out from the bundle's files
 * alone, without running it, and rather too much than too little; the size of texts is not known
 * beforehand and bounded where batches are made.
 *
 * @param files of the bundle, on the heap
 * @param heapOfRow of a row in flight, on the heap
 * @param nativeOfRow of a row inside the network, beside the heap; 0 when it is not known before
 *     the network runs
 * @param rowsInside the most rows that a thread has inside the network at once
 * @param nativeOfReplica of each thread's network, beside the heap
 * @param nativeShared of the network's parts that all threads share, and of the engine's libraries
 */
public record MemoryNeed(
    long files,
    long heapOfRow,
    long nativeOfRow,
    int rowsInside,
    long nativeOfReplica,
    long nativeShared) {
  private static final long MEBIBYTE = 1L << 20;

  /** What a library's code and tables take once it is loaded, measured on Linux. */
  private static final long DL4J_LIBRARIES = 192 * MEBIBYTE;

  private static final long ONNX_LIBRARIES = 48 * MEBIBYTE;

  private static final long SKIPPED = MEBIBYTE;

  /** A fate and the places of a row in the arrays between the stages. */
  private static final long BYTES_OF_A_FATE = 48;

  /** A value of DataVec: an object, its place in a list, and what a step makes of it. */
  private static final long BYTES_OF_A_WRITABLE = 64;

  /** A reference to a text and its share of it. */
  private static final long BYTES_OF_A_TEXT = 32;

  /** DL4J makes views and copies of the parameters for its layers. */
  private static final int COPIES_OF_PARAMETERS = 2;

  /** What a network gives lies in the engine's array, in the batch's, and in a copy between. */
  private static final int COPIES_OF_UNITS = 3;

  /** A column of results holds a number, and whether there is one. */
  private static final long BYTES_OF_A_RESULT = 16;

  /** A layer's sums lie beside its activations. */
  static final int COPIES_OF_ACTIVATIONS = 2;

  /**
   * The rows that one thread has inside the network may take this part of what there is beside the
   * heap; several may score at once.
   */
  public static final int SHARE_OF_ROWS = 4;

  /** So many such parts are given out at once; the last one is for the networks themselves. */
  public static final int SHARES_AT_ONCE = SHARE_OF_ROWS - 1;

  /**
   * The need of a bundle whose digests have been checked, on the CPU.
   *
   * @param engine the name of the engine that runs its network
   */
  public static MemoryNeed of(Bundle bundle, String engine) {
    long columns = bundle.manifest().transformed().size();
    long heap =
        BYTES_OF_A_FATE
            + inputs(bundle)
            + columns * Float.BYTES
            + COPIES_OF_UNITS * Float.BYTES * units(bundle)
            + BYTES_OF_A_RESULT * bundle.manifest().contract().outputSchema().size();
    long activations = 0;
    int rowsInside = Integer.MAX_VALUE;
    if (CompiledStages.areIn(bundle)) {
      Pipeline pipeline =
          PipelineFormat.read(
              bundle.files().place(BundleFiles.PIPELINE), bundle.files().get(BundleFiles.PIPELINE));
      heap += pipeline.transform().slots().stream().mapToLong(MemoryNeed::bytes).sum();
      activations = pipeline.activations();
      rowsInside = Engines.engine(engine).rowsAtOnce(Math.toIntExact(columns));
    } else {
      heap += (columns + bundle.manifest().contract().inputs().size()) * BYTES_OF_A_WRITABLE;
    }
    boolean foreign = bundle.manifest().foreign().isPresent();
    boolean onnx = !engine.equals(Reference.TRAINING);
    String model = onnx ? BundleFiles.ONNX : BundleFiles.MODEL;
    String file = foreign ? BundleFiles.FOREIGN : model;
    long parameters =
        COPIES_OF_PARAMETERS * (onnx ? length(bundle, file) : lengthUnpacked(bundle, file));
    return new MemoryNeed(
        bundle.files().bytes(),
        heap,
        COPIES_OF_ACTIVATIONS * activations,
        rowsInside,
        onnx ? 0 : parameters,
        onnx ? ONNX_LIBRARIES + parameters : DL4J_LIBRARIES);
  }

  private static long length(Bundle bundle, String file) {
    return bundle.files().find(file).map(bytes -> (long) bytes.length).orElse(0L);
  }

  /** Of a zip, all its entries together: zeros of a network pack well. */
  private static long lengthUnpacked(Bundle bundle, String file) {
    byte[] packed = bundle.files().find(file).orElseGet(() -> new byte[0]);
    long length = 0;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(packed))) {
      while (zip.getNextEntry() != null) {
        for (long skipped = zip.skip(SKIPPED); skipped > 0; skipped = zip.skip(SKIPPED)) {
          length += skipped;
        }
      }
    } catch (IOException e) {
      throw new BundleException(
          bundle.files().place(file) + " cannot be unpacked: " + e.getMessage(), e);
    }
    return length;
  }

  /** Numbers that the network gives for a row, as the golden rows have them. */
  private static long units(Bundle bundle) {
    return GoldenRows.parse(
            bundle.files().origin(),
            bundle.files().get(BundleFiles.GOLDEN),
            bundle.manifest().contract())
        .rows()
        .stream()
        .mapToLong(row -> row.values().activations().length)
        .max()
        .orElse(0);
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
