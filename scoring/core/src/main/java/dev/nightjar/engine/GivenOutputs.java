package dev.nightjar.engine;

import dev.nightjar.data.ColumnBatch;
import java.util.Optional;

/**
 * What a foreign model gives for some rows, as the library it comes from has computed it. It stands
 * where for other models the reference stands.
 *
 * @param place what messages call the rows: a file, or how they were said
 * @param output the name of the model's output that is scored; empty for its only one
 * @param rows the contract's inputs as they come, in any types that convert, and beside them one
 *     numeric or text column {@code unit_0}, {@code unit_1}, … for each number that the network
 *     gives for a row
 */
public record GivenOutputs(String place, Optional<String> output, ColumnBatch rows) {

  /** How the columns begin that hold what the network gives, before the number of the unit. */
  public static final String UNIT = "unit_";
}
