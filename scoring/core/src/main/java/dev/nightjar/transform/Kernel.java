package dev.nightjar.transform;

import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import java.util.BitSet;

/**
 * What a step does with a batch. Loops go over all rows, also over those that are no longer alive,
 * where that cannot fail; verdicts are spoken over living rows alone.
 */
interface Kernel {
  int LONGEST_QUOTE = 80;

  void run(Slots slots, int rows, RowFates fates);

  /** Rejects the rows that are null in a slot whose step needs a number. */
  static void rejectNulls(Slots slots, int slot, RowFates fates, String field) {
    BitSet nulls = slots.nulls(slot);
    // Columns may stand on arrays that are longer than the batch, and null bits with them.
    int rows = fates.rows();
    for (int row = nulls.nextSetBit(0); row >= 0 && row < rows; row = nulls.nextSetBit(row + 1)) {
      reject(fates, row, field, "is null, and the step needs a number");
    }
  }

  static void reject(RowFates fates, int row, String field, String reason) {
    if (fates.isAlive(row)) {
      fates.reject(row, new Rejection(Stage.TRANSFORM, field, reason));
    }
  }

  static String quote(String text) {
    return text.length() <= LONGEST_QUOTE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_QUOTE) + "…'";
  }
}
