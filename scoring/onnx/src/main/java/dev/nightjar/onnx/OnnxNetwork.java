package dev.nightjar.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nightjar.engine.EngineNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** A thread's way to a session: the buffer in which its rows are handed over. */
final class OnnxNetwork implements EngineNetwork {
  private final SharedSession session;
  private final ModelReader.Signature signature;
  private FloatBuffer buffer = FloatBuffer.allocate(0);
  private boolean closed;

  OnnxNetwork(SharedSession session, ModelReader.Signature signature) {
    this.session = session;
    this.signature = signature;
  }

  @Override
  public int columns() {
    return signature.columns();
  }

  @Override
  public int units() {
    return signature.units();
  }

  @Override
  public float[] run(float[] rows, int count) {
    if (closed) {
      throw new IllegalStateException("this network has been closed; load the bundle again");
    }
    int numbers = Math.multiplyExact(count, columns());
    if (count < 1 || rows.length < numbers) {
      throw new IllegalArgumentException(
          count + " rows of " + columns() + " columns in " + rows.length + " numbers");
    }
    FloatBuffer filled = filled(rows, numbers);
    long[] shape = {count, columns()};
    try (OnnxTensor input = OnnxTensor.createTensor(SharedSession.environment(), filled, shape);
        OrtSession.Result result = session.run(Map.of(signature.input(), input))) {
      return units((OnnxTensor) result.get(0), count);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private FloatBuffer filled(float[] rows, int numbers) {
    if (buffer.capacity() < numbers) {
      buffer =
          ByteBuffer.allocateDirect(Math.multiplyExact(numbers, Float.BYTES))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
    }
    return buffer.clear().put(rows, 0, numbers).flip();
  }

  private float[] units(OnnxTensor output, int count) {
    long[] expected = {count, units()};
    long[] given = output.getInfo().getShape();
    if (!Arrays.equals(given, expected)) {
      throw new IllegalStateException(
          "the model gives an array "
              + Arrays.toString(given)
              + " instead of "
              + Arrays.toString(expected));
    }
    float[] units = new float[Math.multiplyExact(count, units())];
    output.getFloatBuffer().get(units);
    return units;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      buffer = FloatBuffer.allocate(0);
      session.release();
    }
  }
}
