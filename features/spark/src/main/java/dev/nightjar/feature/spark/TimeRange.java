package dev.nightjar.feature.spark;

import java.time.Instant;

/**
 * Rows whose time lies in a range.
 *
 * @param column that holds the time
 * @param from the earliest time of the range
 * @param until the first time beyond it
 */
public record TimeRange(String column, Instant from, Instant until) {}
