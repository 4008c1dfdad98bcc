package dev.nightjar.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Section;
import dev.nightjar.contract.Layout;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.EngineNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A thread's way to a session: the buffer in which its rows are handed over. */
final class OnnxNetwork implements EngineNetwork {
  /** With one row alone, a network that mixes rows would not be noticed. */
  static final int ROWS_TRIED = 2;

  private final SharedSession session;
  private final RowModel model;
  private final int columns;
  private int units;
  private ByteBuffer buffer = ByteBuffer.allocate(0);
  private boolean closed;

  /**
   * A network that has been tried on zeros.
   *
   * @param session closed with the network
   * @throws IllegalStateException when the model cannot be run, or gives no rows; the session is
   *     still open then
   */
  OnnxNetwork(SharedSession session, RowModel model) {
    this.session = session;
    this.model = model;
    this.columns = model.columns();
    float[] zeros = new float[ROWS_TRIED * columns];
    this.units = run(zeros, ROWS_TRIED).length / ROWS_TRIED;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public int units() {
    return units;
  }

  /** On the CPU as the engine says; a GPU is given whole batches: each call has to cross to it. */
  @Override
  public int rowsAtOnce() {
    if (session.device().kind() == Device.Kind.GPU) {
      return Integer.MAX_VALUE;
    }
    return OnnxEngine.rowsOnCpu(columns);
  }

  @Override
  public long bytesOfRow() {
    return model.bytesOfRow();
  }

  @Override
  public float[] run(float[] rows, int count) {
    if (closed) {
      throw new IllegalStateException("this network has been closed; load the bundle again");
    }
    int numbers = Math.multiplyExact(count, columns);
    if (count < 1 || rows.length < numbers) {
      throw new IllegalArgumentException(
          count + " rows of " + columns + " columns in " + rows.length + " numbers");
    }
    try {
      return runOrdered(model.lines() == 0 ? rows : turned(rows, count), count);
    } catch (RuntimeException e) {
      if (units != 0) {
        requireAlive(e);
      }
      throw e;
    }
  }

  /**
   * A row is rejected when the network fails over it alone. When it fails over the zeros too that
   * it took at the beginning, it is no row's fault: a GPU is lost, or its memory taken by others.
   */
  private void requireAlive(RuntimeException failure) {
    try {
      runOrdered(new float[ROWS_TRIED * columns], ROWS_TRIED);
    } catch (RuntimeException e) {
      throw new BundleException(
          "the network no longer runs, not even on zeros as it did at first: "
              + e.getMessage()
              + "; look after the machine, or its GPU, and run again",
          failure);
    }
  }

  private float[] runOrdered(float[] ordered, int count) {
    if (!model.oneByOne()) {
      return runAtOnce(ordered, 0, count);
    }
    float[] all = runAtOnce(ordered, 0, 1);
    int width = all.length;
    all = Arrays.copyOf(all, Math.multiplyExact(width, count));
    for (int row = 1; row < count; row++) {
      System.arraycopy(runAtOnce(ordered, row, 1), 0, all, row * width, width);
    }
    return all;
  }

  /** Each row, seen as a matrix of lines, transposed. */
  private float[] turned(float[] rows, int count) {
    float[] turned = new float[count * columns];
    int lines = model.lines();
    int width = columns / lines;
    for (int from = 0; from < turned.length; from += columns) {
      for (int line = 0; line < lines; line++) {
        for (int column = 0; column < width; column++) {
          turned[from + column * lines + line] = rows[from + line * width + column];
        }
      }
    }
    return turned;
  }

  private float[] runAtOnce(float[] rows, int first, int count) {
    try (OnnxTensor input = input(rows, first, count);
        OrtSession.Result result =
            session.run(Map.of(model.input(), input), Set.of(model.output()))) {
      return units((OnnxTensor) result.get(0), count);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private OnnxTensor input(float[] rows, int first, int count) throws OrtException {
    long[] shape = new long[1 + model.shape().size()];
    shape[0] = count;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = model.shape().get(i - 1);
    }
    OrtEnvironment library = SharedSession.environment();
    int from = first * columns;
    int numbers = count * columns;
    switch (model.numbers()) {
      case FLOAT -> {
        FloatBuffer floats = room(numbers * (long) Float.BYTES).asFloatBuffer();
        return OnnxTensor.createTensor(library, floats.put(rows, from, numbers).flip(), shape);
      }
      case DOUBLE -> {
        DoubleBuffer doubles = room(numbers * (long) Double.BYTES).asDoubleBuffer();
        for (int i = 0; i < numbers; i++) {
          doubles.put(i, rows[from + i]);
        }
        return OnnxTensor.createTensor(library, doubles.limit(numbers), shape);
      }
      case INT32 -> {
        ByteBuffer whole = room(numbers * (long) Integer.BYTES);
        for (int i = 0; i < numbers; i++) {
          whole.putInt(i * Integer.BYTES, Math.toIntExact(whole(rows[from + i], i)));
        }
        return OnnxTensor.createTensor(library, whole.asIntBuffer().limit(numbers), shape);
      }
      case INT64 -> {
        ByteBuffer whole = room(numbers * (long) Long.BYTES);
        for (int i = 0; i < numbers; i++) {
          whole.putLong(i * Long.BYTES, whole(rows[from + i], i));
        }
        return OnnxTensor.createTensor(library, whole.asLongBuffer().limit(numbers), shape);
      }
    }
    throw new AssertionError(model.numbers());
  }

  /** A whole number; a fraction would be cut in silence. */
  private long whole(float number, int place) {
    long whole = (long) number;
    if (whole != number || Math.abs(whole) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              "column %d of row %d is %s, and the model takes whole numbers",
              place % columns, place / columns, number));
    }
    return whole;
  }

  private ByteBuffer room(long bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
    }
    return buffer.clear();
  }

  /** The numbers of an output that count as units, row after row. */
  private float[] units(OnnxTensor output, int count) {
    long[] shape = output.getInfo().getShape();
    int given = checkedUnits(shape, count);
    float[] all;
    if (output.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer doubles = output.getDoubleBuffer();
      all = new float[doubles.remaining()];
      for (int i = 0; i < all.length; i++) {
        all[i] = (float) doubles.get(i);
      }
    } else {
      all = new float[Math.multiplyExact(count, given)];
      output.getFloatBuffer().get(all);
    }
    return model.kept() == Layout.Output.LAST_STEP ? lastSteps(all, shape) : all;
  }

  /** How many numbers a row has in an array of that shape. */
  private int checkedUnits(long[] shape, int count) {
    boolean rows = shape.length > 0 && shape[0] == count;
    boolean fits =
        rows
            && switch (model.kept()) {
              case UNITS -> shape.length <= 2;
              case LAST_STEP -> shape.length == 3;
              case ALL -> true;
            };
    long width = 1;
    for (int i = 1; i < shape.length; i++) {
      width = Math.multiplyExact(width, shape[i]);
    }
    long kept = model.kept() == Layout.Output.LAST_STEP && fits ? shape[features()] : width;
    if (!fits || width == 0 || (units != 0 && kept != units)) {
      throw new IllegalStateException(
          String.format(
              "the model gives an array %s for %d rows, and the contract's layout declares 'output:"
                  + " %s'",
              Arrays.toString(shape), count, Section.word(model.kept())));
    }
    return Math.toIntExact(width);
  }

  /** Which dimension of an output counts steps: 1, or 2 where features stand before them. */
  private int steps() {
    return model.stepsLast() ? 2 : 1;
  }

  private int features() {
    return model.stepsLast() ? 1 : 2;
  }

  private float[] lastSteps(float[] all, long[] shape) {
    int steps = (int) shape[steps()];
    int width = (int) shape[features()];
    float[] last = new float[(int) shape[0] * width];
    for (int row = 0; row < shape[0]; row++) {
      for (int unit = 0; unit < width; unit++) {
        int place = model.stepsLast() ? unit * steps + steps - 1 : (steps - 1) * width + unit;
        last[row * width + unit] = all[row * steps * width + place];
      }
    }
    return last;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      buffer = ByteBuffer.allocate(0);
      session.release();
    }
  }
}
