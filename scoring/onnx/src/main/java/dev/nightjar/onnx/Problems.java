package dev.nightjar.onnx;

import dev.nightjar.bundle.BundleException;

/** Words what is wrong with a model. */
record Problems(String place) {

  /**
   * A refusal.
   *
   * @param rule what of the model breaks which rule
   * @param remedy what to do about it
   */
  BundleException refused(String rule, String remedy) {
    return new BundleException(place + " is refused: " + rule + "; " + remedy);
  }
}
