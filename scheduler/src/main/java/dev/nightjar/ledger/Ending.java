package dev.nightjar.ledger;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What became of a lease.
 *
 * @param state the slot's next: {@link SlotState#DUE} to try it again
 * @param notBefore when to try it again; of no meaning for an end
 * @param reason one sentence
 * @param exit of the run's process; empty when none was started, or nobody saw its end
 * @param token of the published result; empty for none
 */
public record Ending(
    SlotState state, Instant notBefore, String reason, OptionalLong exit, OptionalLong token) {}
