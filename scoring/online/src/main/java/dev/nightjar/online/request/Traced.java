package dev.nightjar.online.request;

import dev.nightjar.bundle.GoldenRow;
import java.util.Optional;

/**
 * One row, with what every stage made of it.
 *
 * @param answers of that row alone
 * @param row its values after each stage; empty where it was rejected at the join
 */
public record Traced(Answers answers, Optional<GoldenRow> row) {}
