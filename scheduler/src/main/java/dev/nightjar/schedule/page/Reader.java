package dev.nightjar.schedule.page;

import java.util.Optional;

/**
 * Who looks at a page.
 *
 * @param canChange whether there is anybody who may change anything: whether tokens are known
 * @param name of whoever is logged in; empty for somebody who reads
 * @param secret that forms of this session carry; empty for somebody who reads
 * @param told what the last change has come to, told once
 */
record Reader(
    boolean canChange, Optional<String> name, Optional<String> secret, Optional<String> told) {
  /** Somebody of whom nothing is known. */
  static Reader stranger(boolean canChange) {
    return new Reader(canChange, Optional.empty(), Optional.empty(), Optional.empty());
  }

  boolean mayChange() {
    return secret.isPresent();
  }
}
