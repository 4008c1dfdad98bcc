package dev.nightjar.dl4j.compile;

/** A step that is run by reference; ends the compilation. */
final class Uncompilable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Uncompilable(String why) {
    super(why);
  }
}
