package dev.nightjar.online.model;

import dev.nightjar.online.request.ModelCard;

/** Hears what becomes of models; called by the thread that watches the registry. */
public interface ModelListener {

  /**
   * A version answers from now on.
   *
   * @param nanos that loading and proving it took
   */
  void tookOver(String named, ModelCard card, long nanos);

  /**
   * A version could not be loaded; what answered before goes on. Called once for each reason.
   *
   * @param reason for people
   */
  void failed(String named, String reason);
}
