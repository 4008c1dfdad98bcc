package dev.nightjar.dl4j.onnx;

/** What came of converting a network. */
public sealed interface Conversion {

  /**
   * The network as ONNX.
   *
   * @param model the bytes of a model with the one input {@code rows}, floats [rows, columns] in
   *     the contract's order, and the one output {@code units}, floats [rows, units]; the same
   *     network gives the same bytes. Not copied, and not to be written to
   */
  @SuppressWarnings("ArrayRecordComponent") // a file; never compared
  record Converted(byte[] model) implements Conversion {}

  /**
   * The network has something that ONNX, or this converter, cannot say; DL4J runs it.
   *
   * @param layer its place for people: the layer's name, or its number from 0, and its kind
   * @param reason what of it is not converted
   */
  record Refused(String layer, String reason) implements Conversion {}
}
