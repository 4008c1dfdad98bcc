package dev.nightjar.online.request;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.feature.ViewAnswer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one row.
 *
 * @param outputs in the order of the contract's output schema; all null unless it was scored
 * @param rejection present exactly where the outcome is rejected
 * @param flags what was invented for the row, as a batch run would have written it
 * @param views where its features came from, in the order of the bundle's views; empty for a bundle
 *     without views
 */
public record RowAnswer(
    Outcome outcome,
    List<@Nullable Object> outputs,
    Optional<Rejection> rejection,
    List<String> flags,
    List<ViewAnswer> views) {}
