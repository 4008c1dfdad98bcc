package dev.nightjar.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowFatesTest {

  @Test
  void rows_with_equal_flags_have_one_list_also_in_later_batches() {
    FlagSets sets = new FlagSets(List.of("a", "b"));
    RowFates first = new RowFates(3, sets);
    first.flag(0, "b");
    first.flag(0, "a");
    first.flag(2, "a");
    first.flag(2, "b");
    first.seal();
    RowFates second = new RowFates(1, sets);
    second.flag(0, "a");
    second.flag(0, "b");
    assertThat(first.flags(0)).containsExactly("a", "b").isSameAs(first.flags(2));
    assertThat(first.flags(1)).isEmpty();
    assertThat(second.flags(0)).isSameAs(first.flags(0));
  }

  @Test
  void flags_beyond_one_word_keep_their_order() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      names.add("flag " + i);
    }
    RowFates fates = new RowFates(2, new FlagSets(names));
    for (int i = 199; i >= 0; i--) {
      fates.flag(0, names.get(i));
    }
    fates.flag(1, "flag 130");
    fates.flag(1, "flag 63");
    fates.flag(1, "flag 64");
    assertThat(fates.flags(0)).isEqualTo(names);
    assertThat(fates.flags(1)).containsExactly("flag 63", "flag 64", "flag 130");
    assertThatThrownBy(() -> fates.flags(1).get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> fates.flags(1).add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void a_flag_that_was_not_declared_comes_last_and_is_set_once() {
    RowFates fates = new RowFates(1, new FlagSets(List.of("a")));
    fates.flag(0, "new");
    fates.flag(0, "a");
    fates.flag(0, "new");
    assertThat(fates.flags(0)).containsExactly("a", "new");
  }

  @Test
  void many_rows_are_flagged_at_once_but_for_those_that_were_stopped() {
    RowFates fates = new RowFates(4);
    fates.filter(1);
    BitSet rows = new BitSet();
    rows.set(0, 2);
    rows.set(3, 9); // beyond the batch
    fates.flagAlive(rows, "a");
    assertThat(fates.flags(0)).containsExactly("a");
    assertThat(fates.flags(1)).isEmpty();
    assertThat(fates.flags(2)).isEmpty();
    assertThat(fates.flags(3)).containsExactly("a");
  }

  @Test
  void the_first_verdict_stands() {
    RowFates fates = new RowFates(3);
    Rejection first = new Rejection(Stage.CONTRACT, "x", "is missing");
    assertThat(fates.areAllAlive()).isTrue();
    fates.reject(0, first);
    fates.reject(0, new Rejection(Stage.MODEL, "y", "later"));
    fates.filter(0);
    fates.filter(1);
    fates.reject(1, first);
    assertThat(fates.outcome(0)).isEqualTo(Outcome.REJECTED);
    assertThat(fates.rejection(0)).contains(first);
    assertThat(fates.outcome(1)).isEqualTo(Outcome.FILTERED);
    assertThat(fates.rejection(1)).isEmpty();
    assertThat(fates.outcome(2)).isEqualTo(Outcome.SCORED);
    assertThat(fates.areAllAlive()).isFalse();
  }
}
