package dev.nightjar.bundle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row with what it was after every stage.
 *
 * @param input the contract's columns as they came, by name; null for null
 * @param flags what the contract invented for the row
 * @param values after the stages in the middle, and what became of the row
 * @param outputs the contract's outputs by column name; empty for a row that was not scored
 */
public record GoldenRow(
    Map<String, @Nullable Object> input,
    List<String> flags,
    StageValues values,
    Map<String, @Nullable Object> outputs) {}
