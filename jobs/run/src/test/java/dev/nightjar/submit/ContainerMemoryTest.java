package dev.nightjar.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.run.MemoryPlan;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerMemoryTest {

  @ParameterizedTest
  @CsvSource({
    // container, heap, overhead, native (overhead − max(256, 10 %)), physical (− max(64, 5 %))
    "1g,    512,  512,  256,  960",
    "1536m, 768,  768,  512,  1459",
    "2g,    1024, 1024, 768,  1946",
    "8G,    4096, 4096, 3277, 7782",
    "1025m, 512,  513,  257,  961",
  })
  void a_container_is_shared_out(
      String size, long heap, long overhead, long nativeMax, long physicalMax) {
    ContainerMemory memory = ContainerMemory.of(size);

    assertThat(memory.heap()).isEqualTo(heap);
    assertThat(memory.overhead()).isEqualTo(overhead);
    assertThat(memory.nativeMax()).isEqualTo(nativeMax);
    assertThat(memory.physicalMax()).isEqualTo(physicalMax);
  }

  @Property
  void nothing_is_given_out_twice(@ForAll @IntRange(min = 1024, max = 1_000_000) int mebibytes) {
    ContainerMemory memory = ContainerMemory.of(mebibytes + "m");

    assertThat(memory.heap() + memory.overhead()).isEqualTo(mebibytes);
    assertThat(memory.overhead() - memory.nativeMax()).isGreaterThanOrEqualTo(256);
    assertThat(memory.nativeMax()).isGreaterThanOrEqualTo(256);
    assertThat(mebibytes - memory.physicalMax()).isGreaterThanOrEqualTo(64);
    assertThat(memory.physicalMax()).isGreaterThan(memory.heap());
  }

  @Test
  void the_smallest_container_that_has_room_is_found() {
    long mebibyte = 1L << 20;
    // A network of 300 MiB for each task, and beside the heap of 1 GiB there are 256.
    MemoryPlan plan = here(new MemoryNeed(mebibyte, 100, 100, 64, 300 * mebibyte, 0));

    assertThat(ContainerMemory.leastFor(plan, 1)).contains(ContainerMemory.of("1280m"));
    assertThat(ContainerMemory.leastFor(plan, 2)).contains(ContainerMemory.of("1792m"));
    MemoryPlan endless = here(new MemoryNeed(mebibyte, 100, 100, 64, Long.MAX_VALUE / 4, 0));
    assertThat(ContainerMemory.leastFor(endless, 2)).isEmpty();
  }

  private static MemoryPlan here(MemoryNeed need) {
    return MemoryPlan.of(need, ContainerMemory.of("1g").room(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "2 g", "-1g", "0g", "2t", "1.5g", "99999999999g"})
  void other_texts_are_no_sizes(String text) {
    assertThatThrownBy(() -> ContainerMemory.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'" + text + "' is no size; write a whole number and m or g, such as 2g or 1536m");
  }

  @Test
  void what_spark_would_refuse_is_refused_with_the_reason() {
    assertThatThrownBy(() -> ContainerMemory.of("1023m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'1023m' is too small for an executor: half of it is the heap, and Spark refuses less"
                + " than 450m; give 1024m or more");
  }
}
