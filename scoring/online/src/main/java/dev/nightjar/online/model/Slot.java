package dev.nightjar.online.model;

import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.registry.Reference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the models that are to be served, and the version that answers for it now. Written by the
 * thread that watches the registry, read by all.
 */
final class Slot {
  private final ModelChoice choice;
  private final Optional<Reference> reference;
  private volatile @Nullable ServedModel serving;
  private volatile @Nullable String reason;
  private volatile @Nullable String pathName;

  Slot(ModelChoice choice) {
    this.choice = choice;
    this.reference = choice.reference();
  }

  ModelChoice choice() {
    return choice;
  }

  Optional<Reference> reference() {
    return reference;
  }

  Optional<String> name() {
    return reference.map(Reference::name).or(() -> Optional.ofNullable(pathName));
  }

  /** The alias by which it is served; empty when a version is. */
  Optional<String> alias() {
    return reference
        .filter(Reference.ToAlias.class::isInstance)
        .map(of -> ((Reference.ToAlias) of).alias());
  }

  Optional<ServedModel> serving() {
    return Optional.ofNullable(serving);
  }

  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** Whether a request that names this version, or this alias, means this one. */
  boolean answersTo(String versionOrAlias) {
    ServedModel now = serving;
    return (now != null && now.card().version().equals(versionOrAlias))
        || alias().filter(versionOrAlias::equals).isPresent()
        || reference
            .filter(Reference.ToVersion.class::isInstance)
            .filter(of -> ((Reference.ToVersion) of).version().equals(versionOrAlias))
            .isPresent();
  }

  /** From now on this version answers; the one before is given back. */
  Optional<ServedModel> takeOver(ServedModel next) {
    ServedModel before = serving;
    pathName = next.card().name();
    serving = next;
    reason = null;
    return Optional.ofNullable(before);
  }

  void failed(String why) {
    reason = why;
  }

  /** What was wrong is so no longer: the alias is back at what is served. */
  void sound() {
    reason = null;
  }

  ModelState state(Optional<ModelCard> card) {
    ModelState.State state =
        card.isPresent()
            ? ModelState.State.READY
            : reason == null ? ModelState.State.LOADING : ModelState.State.FAILED;
    return new ModelState(choice.named(), name(), card, state, reason());
  }
}
