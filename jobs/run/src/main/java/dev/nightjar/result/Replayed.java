package dev.nightjar.result;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * That an attempt did not score all rows of its interval, but the rejected ones of a published
 * result again.
 *
 * @param of the token of that result
 * @param taken how many rows it has taken over as they stood there
 * @param again how many it has scored again: those of all keys of which one was rejected
 */
@JsonPropertyOrder({"of", "taken", "again"})
public record Replayed(long of, long taken, long again) {}
