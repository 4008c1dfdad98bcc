package dev.nightjar.dl4j.compile;

import dev.nightjar.transform.Program;

/** What compiling a transform came to. */
public sealed interface Compilation {

  /** Every step is compiled, or runs by reference among those that are. */
  record Compiled(Program program) implements Compilation {}

  /**
   * The transform runs through DataVec.
   *
   * @param step the class of the first step that is not compiled
   * @param why in words
   */
  record ByReference(String step, String why) implements Compilation {}
}
