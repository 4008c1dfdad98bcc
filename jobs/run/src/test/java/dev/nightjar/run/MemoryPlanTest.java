package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.pipeline.MemoryNeed;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1L << 20;
  private static final int MANY = Integer.MAX_VALUE;

  private static MemoryRoom room(long heap, long beside, int cores) {
    return new MemoryRoom("an executor", heap * MIB, beside * MIB, cores, "give it more");
  }

  @Test
  void the_sums_are_those_of_a_calculation_by_hand() {
    MemoryNeed need = new MemoryNeed(10 * MIB, 1024, 2048, MANY, 30 * MIB, 40 * MIB);
    MemoryPlan plan = new MemoryPlan(need, 0, 4096, room(100, 200, 2));

    // Twice the files, and 4 MiB of rows for each of two tasks.
    assertThat(plan.heap()).isEqualTo(28 * MIB);
    // Shared parts, and for each task a network and 8 MiB of rows inside it.
    assertThat(plan.beside()).isEqualTo((40 + 2 * (30 + 8)) * MIB);
    assertThat(plan.misfit()).isEmpty();
  }

  @Test
  void views_that_are_sent_lie_on_the_heap_of_every_executor() {
    MemoryNeed need = new MemoryNeed(10 * MIB, 1024, 2048, MANY, 30 * MIB, 40 * MIB);
    MemoryPlan plan = new MemoryPlan(need, 64 * MIB, 4096, room(100, 200, 2));

    // Once, however many tasks there are: 20 MiB of files, and 4 MiB of rows for each task.
    assertThat(plan.heap()).isEqualTo((20 + 64 + 2 * 4) * MIB);
    assertThat(plan.misfit()).isEmpty();
    assertThat(plan.in(room(91, 200, 2)).misfit())
        .contains(
            "the bundle and the views that are sent need 92 MiB on the heap of an executor (10 MiB"
                + " of them for the model, 64 MiB for views, 1.0 KiB for a row in flight; 2 tasks"
                + " at once) and there are 91 MiB; give it more, or have views merged, with 'joins:"
                + " {<view>: merge}' in the job");
    assertThat(plan.in(room(20, 200, 2)).misfit().orElseThrow()).endsWith("; give it more");
    assertThat(plan.in(room(92, 200, 2)).misfit()).isEmpty();
  }

  @Test
  void a_network_that_is_too_large_is_told_with_its_size_and_the_remedy() {
    MemoryNeed need = new MemoryNeed(MIB, 100, 100, MANY, 900 * MIB, 200 * MIB);

    assertThat(new MemoryPlan(need, 0, 4096, room(200, 800, 1)).misfit())
        .contains(
            "the bundle needs 1,100 MiB beside the heap of an executor (1,100 MiB of them for the"
                + " model, 100 B for a row in flight; 1 tasks at once) and there are 800 MiB; give"
                + " it more");
  }

  @Test
  void a_row_that_is_too_large_for_a_quarter_of_the_room_is_told() {
    MemoryNeed need = new MemoryNeed(MIB, 100, 300 * MIB, MANY, 0, 0);

    assertThat(new MemoryPlan(need, 0, 4096, room(200, 1000, 1)).misfit()).isPresent();
    assertThat(new MemoryPlan(need, 0, 4096, room(200, 1200, 1)).misfit()).isEmpty();
  }

  @Test
  void rows_inside_the_network_are_cut_to_a_quarter_of_the_room() {
    MemoryNeed need = new MemoryNeed(MIB, 100, MIB, MANY, 0, 0);

    assertThat(new MemoryPlan(need, 0, 4096, room(200, 400, 1)).beside()).isEqualTo(100 * MIB);
  }

  @Test
  void an_engine_that_takes_few_rows_at_once_needs_room_for_no_more() {
    MemoryNeed need = new MemoryNeed(MIB, 100, MIB, 64, 0, 0);

    assertThat(new MemoryPlan(need, 0, 4096, room(200, 400, 1)).beside()).isEqualTo(64 * MIB);
  }

  @Test
  void many_tasks_wait_for_each_other_and_are_not_refused() {
    MemoryNeed need = new MemoryNeed(MIB, 100, MIB, MANY, 0, 40 * MIB);
    MemoryPlan plan = new MemoryPlan(need, 0, 4096, room(200, 400, 16));

    assertThat(plan.beside()).isEqualTo((40 + 300) * MIB);
    assertThat(plan.misfit()).isEmpty();
  }

  @Property
  void what_fits_fits_into_more_too(
      @ForAll @IntRange(min = 1, max = 2000) int row,
      @ForAll @IntRange(min = 1, max = 500) int replica,
      @ForAll @IntRange(min = 1, max = 8) int cores,
      @ForAll @IntRange(min = 1, max = 4000) int beside) {
    MemoryNeed need = new MemoryNeed(MIB, 500, row * 1024L, MANY, replica * MIB, 50 * MIB);
    boolean fits = new MemoryPlan(need, 0, 4096, room(500, beside, cores)).misfit().isEmpty();

    if (fits) {
      assertThat(new MemoryPlan(need, 0, 4096, room(500, beside + 100, cores)).misfit()).isEmpty();
    }
  }
}
