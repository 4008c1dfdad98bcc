package dev.nightjar.dl4j.onnx;

import java.io.Serial;

/** Leaves a conversion half-way; {@link OnnxConverter} makes it a {@link Conversion.Refused}. */
final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  RefusedException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
