package dev.nightjar.transform;

/** Where the steps are had that run by reference. */
public interface RowSteps {

  /** For programs without such steps. */
  RowSteps NONE =
      action -> {
        throw new IllegalArgumentException("there is no step " + action + " to run by reference");
      };

  /**
   * A step of the transform.
   *
   * @param action its place in the transform, from 0
   * @throws IllegalArgumentException when there is none at that place
   */
  RowStep step(int action);
}
