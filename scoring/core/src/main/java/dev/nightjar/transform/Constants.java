package dev.nightjar.transform;

/** Values of steps, which a program keeps as texts so that no number loses a bit. */
final class Constants {
  private Constants() {}

  /**
   * @throws IllegalArgumentException when the text is no value of the kind
   */
  static void check(Kind kind, String value) {
    try {
      switch (kind) {
        case DOUBLE -> Double.parseDouble(value);
        case FLOAT -> Float.parseFloat(value);
        case INT -> Integer.parseInt(value);
        case LONG -> Long.parseLong(value);
        case BOOLEAN, TEXT -> {}
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: '" + value + "' is no " + kind, e);
    }
  }
}
