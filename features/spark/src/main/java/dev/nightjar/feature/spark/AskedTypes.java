package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import java.util.Map;
import java.util.Set;

/**
 * What a reader asks of a table's columns, besides what its source declares.
 *
 * @param types of columns; names that the table lacks are passed over
 * @param roundedUp columns with the times from which on a row may be seen: digits beyond the
 *     microsecond count as one more there, and are cut off in all others
 */
record AskedTypes(Map<String, DataType> types, Set<String> roundedUp) {
  AskedTypes {
    types = Map.copyOf(types);
    roundedUp = Set.copyOf(roundedUp);
  }

  /** Types alone. */
  static AskedTypes of(Map<String, DataType> types) {
    return new AskedTypes(types, Set.of());
  }
}
