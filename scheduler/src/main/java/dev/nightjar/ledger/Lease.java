package dev.nightjar.ledger;

import java.time.Instant;

/**
 * Who works on a slot, and until when others must keep away.
 *
 * @param node the scheduler that holds it
 * @param fence grows with every lease of the slot: what a holder of a lower one says is not taken
 * @param until when it ends unless it is renewed
 */
public record Lease(String node, long fence, Instant until) {}
