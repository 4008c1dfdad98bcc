package dev.nightjar.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A run that was started under a lease.
 *
 * @param fence of the lease
 * @param node that started it
 * @param started when the lease was taken
 * @param ended when the holder said how it ended; empty while it goes on, or when the holder died
 * @param exit of its process; empty when nobody saw its end
 * @param reason how it ended, in a sentence; empty before
 */
public record Try(
    long fence,
    String node,
    Instant started,
    Optional<Instant> ended,
    OptionalLong exit,
    String reason) {}
