package dev.nightjar.onnx;

import dev.nightjar.bundle.BundleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Reads one message in protobuf's wire format, field by field, without copying.
 *
 * <p>Our own, and not protobuf's library, for three reasons. A generated reader makes objects of
 * whatever a file holds before anybody can say no, takes unknown and repeated fields in silence,
 * and would lie on Spark's class path in another version than Spark's. What is read here is a
 * handful of messages of which only lengths and a few words matter; the format is four kinds of
 * values. Whatever is not exactly as expected throws; nothing is allocated by a length that a file
 * declares without so many bytes being there. Not thread-safe.
 */
final class Wire {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /** Longer names serve nobody. */
  private static final int MOST_TEXT = 1 << 16;

  private final String place;
  private final ByteBuffer bytes;
  private final Set<Integer> seen = new HashSet<>();
  private int field;
  private int type;

  private Wire(String place, ByteBuffer bytes) {
    this.place = place;
    this.bytes = bytes;
  }

  /**
   * Begins to read.
   *
   * @param place what messages call the file
   */
  static Wire of(String place, byte[] bytes) {
    return new Wire(place, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
  }

  /** Goes to the next field, whose value must then be read or skipped; false at the end. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) (tag & 7);
    if (tag < 0 || tag > 0xFFFF_FFFFL || field == 0) {
      throw damaged("a field has the number " + (tag >>> 3));
    }
    return true;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  /** Refuses a second field of this number: protobuf would merge the two, or take the later one. */
  void once() {
    if (!seen.add(field)) {
      throw damaged("field " + field + " is there twice");
    }
  }

  /** Whether the field's value has a length, as packed numbers and messages do. */
  boolean hasLength() {
    return type == BYTES;
  }

  /** A whole number. */
  long integer() {
    require(VARINT);
    return varint();
  }

  /** The message inside. */
  Wire message() {
    return new Wire(place, bytes());
  }

  /** A text. */
  String text() {
    ByteBuffer raw = bytes();
    if (raw.remaining() > MOST_TEXT) {
      throw damaged("a name of " + raw.remaining() + " bytes");
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(raw);
      return text.toString();
    } catch (CharacterCodingException e) {
      throw new BundleException(place + " is no sound ONNX file: a name is no UTF-8", e);
    }
  }

  /** Bytes, not copied, in the order in which protobuf writes numbers. */
  ByteBuffer bytes() {
    require(BYTES);
    long length = varint();
    if (length < 0 || length > bytes.remaining()) {
      throw damaged(
          String.format(
              "field %d declares %d bytes where %d are left", field, length, bytes.remaining()));
    }
    ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  /** Passes over the value. */
  void skip() {
    switch (type) {
      case VARINT -> varint();
      case FIXED64 -> pass(Long.BYTES);
      case FIXED32 -> pass(Integer.BYTES);
      case BYTES -> bytes();
      default -> throw damaged("field " + field + " is of the kind " + type);
    }
  }

  /**
   * Takes whole numbers one by one, packed or not.
   *
   * @param sink gets each
   */
  void integers(LongConsumer sink) {
    if (!hasLength()) {
      sink.accept(integer());
      return;
    }
    Wire packed = message();
    while (packed.bytes.hasRemaining()) {
      sink.accept(packed.varint());
    }
  }

  /**
   * The numbers of fixed width that the field holds, packed or not, one after the other.
   *
   * @param width of one, in bytes: 4 or 8
   */
  ByteBuffer fixed(int width) {
    if (!hasLength()) {
      require(width == Integer.BYTES ? FIXED32 : FIXED64);
      int from = bytes.position();
      pass(width);
      return bytes.slice(from, width).order(ByteOrder.LITTLE_ENDIAN);
    }
    ByteBuffer numbers = bytes();
    if (numbers.remaining() % width != 0) {
      throw damaged(
          "field " + field + " has " + numbers.remaining() + " bytes of numbers of " + width);
    }
    return numbers;
  }

  private void require(int expected) {
    if (type != expected) {
      throw damaged("field " + field + " is of the kind " + type + " instead of " + expected);
    }
  }

  private void pass(int width) {
    if (bytes.remaining() < width) {
      throw damaged("it ends inside field " + field);
    }
    bytes.position(bytes.position() + width);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw damaged("it ends inside a number");
      }
      byte part = bytes.get();
      if (shift == 63 && part > 1) {
        break;
      }
      value |= (long) (part & 0x7F) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged("a number has more than 64 bits");
  }

  /** What to throw for bytes that are none of the format, or more than anybody writes. */
  BundleException damaged(String what) {
    return new BundleException(
        place + " is no sound ONNX file: " + what + "; export or package the model again");
  }
}
