package dev.nightjar.certificate;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.data.Schema;
import java.util.List;

/**
 * A chosen row as it was read back.
 *
 * @param key for people
 * @param number by which it was chosen
 * @param inputs the contract's columns in the types in which the scorer read them
 * @param written what it read, its stages as the scorer had them, and outcome, rejection, flags and
 *     outputs as the files have them
 */
record WrittenRow(String key, long number, Schema inputs, GoldenRow written) {

  /** The row alone. */
  GoldenRows alone() {
    return new GoldenRows(inputs, List.of(written));
  }
}
