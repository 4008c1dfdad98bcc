package dev.nightjar.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes protobuf's wire format field by field, also what no library would write. */
final class Proto {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  Proto varint(int field, long value) {
    raw((long) field << 3);
    raw(value);
    return this;
  }

  Proto bytes(int field, byte[] value) {
    raw(((long) field << 3) | 2);
    raw(value.length);
    bytes.writeBytes(value);
    return this;
  }

  Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Proto message(int field, Proto value) {
    return bytes(field, value.done());
  }

  /** A length without what it promises. */
  Proto length(int field, long declared) {
    raw(((long) field << 3) | 2);
    raw(declared);
    return this;
  }

  private void raw(long value) {
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes.write((int) ((left & 0x7F) | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }

  byte[] done() {
    return bytes.toByteArray();
  }

  /** A constant of floats. */
  static Proto floats(String name, long[] dimensions, float... values) {
    Proto tensor = new Proto();
    for (long dimension : dimensions) {
      tensor.varint(1, dimension);
    }
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return tensor.varint(2, 1).text(8, name).bytes(9, raw.array());
  }

  /** A constant vector of whole numbers. */
  static Proto integers(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return new Proto().varint(1, values.length).varint(2, 7).text(8, name).bytes(9, raw.array());
  }

  static Proto node(String operator, String output, String... inputs) {
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, operator);
  }

  /** An array of floats; a negative size is one left open. */
  static Proto value(String name, long... dimensions) {
    Proto shape = new Proto();
    for (long dimension : dimensions) {
      shape.message(1, dimension < 0 ? new Proto().text(2, "N") : new Proto().varint(1, dimension));
    }
    Proto type = new Proto().message(1, new Proto().varint(1, 1).message(2, shape));
    return new Proto().text(1, name).message(2, type);
  }

  static Proto model(Proto graph) {
    return new Proto()
        .varint(1, 8)
        .message(7, graph)
        .message(8, new Proto().text(1, "").varint(2, 17));
  }
}
