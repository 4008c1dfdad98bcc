package dev.nightjar.online.model;

import dev.nightjar.online.request.ModelCard;
import java.util.Optional;

/**
 * How it stands with one of the models that are to be served.
 *
 * @param named as the settings name it
 * @param name of the model; empty for a path that was never read
 * @param serving the version that answers; empty where none does yet
 * @param state whether it answers
 * @param reason why it does not answer, or why a version that was to take over did not
 */
public record ModelState(
    String named,
    Optional<String> name,
    Optional<ModelCard> serving,
    State state,
    Optional<String> reason) {

  /** Whether it answers. */
  public enum State {
    /** It was not tried yet. */
    LOADING,
    /** A version answers. */
    READY,
    /** None answers, and it is tried again. */
    FAILED
  }
}
