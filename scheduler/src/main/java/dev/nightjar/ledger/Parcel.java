package dev.nightjar.ledger;

import java.util.List;

/**
 * Notices that are delivered together.
 *
 * @param key the same however often it is delivered
 * @param receiver whom it is for
 * @param notices at least one, in their order
 * @param failures deliveries to this receiver that have failed since the last that did not
 */
public record Parcel(String key, String receiver, List<Notice> notices, int failures) {
  public Parcel {
    notices = List.copyOf(notices);
  }
}
