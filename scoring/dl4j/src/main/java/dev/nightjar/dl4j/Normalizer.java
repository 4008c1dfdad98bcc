package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.transform.Affine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.ImagePreProcessingScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerType;

/**
 * An ND4J normalizer of rows, or none. The header of a file can name a class to load (type CUSTOM),
 * so it is read here first and only types that ND4J itself brings go on.
 */
final class Normalizer {
  private static final String MAGIC = "NORMALIZER";

  private final @Nullable DataNormalization normalization;

  private Normalizer(@Nullable DataNormalization normalization) {
    this.normalization = normalization;
  }

  /** Leaves rows as they are. */
  static Normalizer none() {
    return new Normalizer(null);
  }

  /**
   * The normalizer that these bytes hold.
   *
   * @param origin what messages call the file
   * @throws BundleException when it is none, or none for rows of numbers
   */
  static Normalizer read(String origin, byte[] bytes) {
    try {
      checkHeader(origin, bytes);
      return new Normalizer(
          NormalizerSerializer.getDefault()
              .<DataNormalization>restore(new ByteArrayInputStream(bytes)));
    } catch (BundleException e) {
      throw e;
    } catch (Exception e) { // the serializer declares just this
      throw new BundleException(
          origin
              + " cannot be read as a normalizer: "
              + e.getMessage()
              + "; save it with NormalizerSerializer",
          e);
    }
  }

  private static void checkHeader(String origin, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (!in.readUTF().equals(MAGIC)) {
      throw new IOException("it does not begin with " + MAGIC);
    }
    in.readInt();
    String word = in.readUTF();
    if (word.equals(NormalizerType.STANDARDIZE.name())) {
      checkArrays(in, 0);
    } else if (word.equals(NormalizerType.MIN_MAX.name())) {
      checkArrays(in, 2 * Double.BYTES);
    } else if (word.equals(NormalizerType.IMAGE_MIN_MAX.name())) {
      in.skipNBytes(3 * Double.BYTES);
    } else {
      throw new BundleException(
          String.format(
              "%s is a normalizer of the type %s; rows are normalized by STANDARDIZE, MIN_MAX or"
                  + " IMAGE_MIN_MAX, and a CUSTOM one would load a class by its name. Do what it"
                  + " does in the TransformProcess",
              origin, word));
    }
    SavedArrays.requireEnd(in);
  }

  private static void checkArrays(DataInputStream in, int targets) throws IOException {
    boolean labels = in.readBoolean();
    in.skipNBytes(targets);
    for (int i = 0; i < (labels ? 4 : 2); i++) {
      SavedArrays.skip(in);
    }
  }

  /**
   * A fitted normalizer as a file.
   *
   * @throws BundleException when it was never fitted or is none that can be stored
   */
  static byte[] write(DataNormalization normalization) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      NormalizerSerializer.getDefault().write(normalization, bytes);
    } catch (IOException | RuntimeException e) {
      throw new BundleException(
          "the normalizer "
              + normalization.getClass().getSimpleName()
              + " cannot be stored: it was never fitted, or ND4J has no serializer for it; call"
              + " fit(…) on the training set first ("
              + e.getMessage()
              + ")",
          e);
    }
    return bytes.toByteArray();
  }

  /** How many columns it was fitted on; empty when it takes any number. */
  OptionalInt width() {
    if (normalization instanceof NormalizerStandardize standardize) {
      return OptionalInt.of((int) standardize.getMean().length());
    }
    if (normalization instanceof NormalizerMinMaxScaler scaler) {
      return OptionalInt.of((int) scaler.getMin().length());
    }
    return OptionalInt.empty();
  }

  /**
   * The same as one pass over columns of floats; empty when it leaves them as they are.
   *
   * @param columns how many a row has
   * @param place for each column which of the fitted figures is its own
   */
  Optional<Affine> affine(int columns, IntUnaryOperator place) {
    float[] subtract = new float[columns];
    float[] divide = new float[columns];
    if (normalization == null) {
      return Optional.empty();
    } else if (normalization instanceof NormalizerStandardize standardize) {
      for (int column = 0; column < columns; column++) {
        int at = place.applyAsInt(column);
        float deviation = standardize.getStd().getFloat(at);
        subtract[column] = standardize.getMean().getFloat(at);
        divide[column] = deviation == 0 ? 1 : deviation; // as ND4J does
      }
      return Optional.of(new Affine(subtract, divide, 1, 0));
    } else if (normalization instanceof NormalizerMinMaxScaler scaler) {
      INDArray range = scaler.getMax().sub(scaler.getMin());
      try {
        for (int column = 0; column < columns; column++) {
          int at = place.applyAsInt(column);
          subtract[column] = scaler.getMin().getFloat(at);
          divide[column] = range.getFloat(at);
        }
      } finally {
        Matrices.free(range);
      }
      double least = scaler.getTargetMin();
      return Optional.of(
          new Affine(subtract, divide, (float) (scaler.getTargetMax() - least), (float) least));
    }
    ImagePreProcessingScaler scaler = (ImagePreProcessingScaler) normalization;
    Arrays.fill(divide, (float) scaler.getMaxPixelVal());
    return Optional.of(
        new Affine(
            subtract,
            divide,
            (float) (scaler.getMaxRange() - scaler.getMinRange()),
            (float) scaler.getMinRange()));
  }

  /** The rows normalized, as an array of its own. */
  float[] apply(float[] values, int rows) {
    if (normalization == null) {
      return values.clone();
    }
    // ND4J's normalizers work in place; the matrix is a copy.
    INDArray matrix = Matrices.of(values, rows, DataType.FLOAT);
    try {
      normalization.transform(matrix);
      return Matrices.values(matrix);
    } finally {
      Matrices.free(matrix);
    }
  }
}
