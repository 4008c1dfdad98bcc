package dev.nightjar.run;

/** What a run does about an interval that is published already, by another attempt. */
public enum Repeat {
  /** It publishes it once more; readers see the newer result. */
  PUBLISH_AGAIN,
  /**
   * It leaves the result as it is and ends without publishing. That is looked at after the claim
   * and again right before publishing, so that of several who score an interval at once one
   * publishes.
   */
  LEAVE
}
