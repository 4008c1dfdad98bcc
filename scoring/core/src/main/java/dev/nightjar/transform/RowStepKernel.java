package dev.nightjar.transform;

import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a step by reference: a row's values are taken out of the slots, and put back behind it. */
final class RowStepKernel implements Kernel {
  private final Step.ByReference step;
  private final List<Kind> kinds;
  private final RowStep reference;
  private final @Nullable Object[] before;

  RowStepKernel(Step.ByReference step, List<Kind> kinds, RowStep reference) {
    this.step = step;
    this.kinds = kinds;
    this.reference = reference;
    this.before = new Object[step.in().size()];
  }

  @Override
  public void run(Slots slots, int rows, RowFates fates) {
    for (int out : step.made()) {
      slots.clearNulls(out);
    }
    for (int row = 0; row < rows; row++) {
      if (fates.isAlive(row)) {
        runRow(slots, row, fates);
      }
    }
  }

  private void runRow(Slots slots, int row, RowFates fates) {
    for (int i = 0; i < before.length; i++) {
      before[i] = slots.get(step.in().get(i), row);
    }
    @Nullable Object @Nullable [] after;
    try {
      after = reference.run(before);
    } catch (RuntimeException e) {
      Kernel.reject(fates, row, step.field(), Rejection.words(e));
      return;
    }
    if (after == null) {
      fates.filter(row);
      return;
    }
    for (int i = 0; i < step.made().size(); i++) {
      int slot = step.made().get(i);
      Object value = after[step.places().get(i)];
      if (!slots.set(slot, row, value)) {
        Kernel.reject(
            fates,
            row,
            step.field(),
            "became a " + String.valueOf(value) + ", which is no " + kinds.get(slot));
      }
    }
  }
}
