package dev.nightjar.contract;

import static java.util.Objects.requireNonNull;

/**
 * One of the outputs of a network.
 *
 * @param name by which the network calls it; empty where a network has one without a name
 * @param kept which of the numbers that it gives for a row are units
 * @param units how many units these are; 0 where nobody has looked yet
 */
public record NetworkOutput(String name, Layout.Output kept, int units) {
  public NetworkOutput {
    requireNonNull(name, "name is null");
    requireNonNull(kept, "kept is null");
    if (units < 0) {
      throw new IllegalArgumentException("an output has no " + units + " units");
    }
  }
}
