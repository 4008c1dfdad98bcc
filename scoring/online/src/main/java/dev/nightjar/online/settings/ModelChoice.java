package dev.nightjar.online.settings;

import dev.nightjar.online.request.Tensors;
import dev.nightjar.registry.Reference;
import java.util.Optional;

/**
 * One model to be served.
 *
 * @param named as it was written: a reference of the registry, or the path of a bundle
 * @param asOf the field of a row that holds its as-of time; empty for the time of the request
 * @param tensors present where it is offered as one tensor in and one out too
 */
public record ModelChoice(String named, Optional<String> asOf, Optional<Tensors> tensors) {

  /** A model at the time of the request, column by column. */
  public static ModelChoice of(String named) {
    return new ModelChoice(named, Optional.empty(), Optional.empty());
  }

  /** What it means in the registry; empty for a path. */
  public Optional<Reference> reference() {
    return Reference.isReference(named) ? Optional.of(Reference.parse(named)) : Optional.empty();
  }
}
