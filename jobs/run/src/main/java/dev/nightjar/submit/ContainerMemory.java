package dev.nightjar.submit;

import dev.nightjar.run.MemoryPlan;
import dev.nightjar.run.MemoryRoom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * How the memory of one executor is shared out. The container is all that the process may ever
 * hold; what exceeds it is killed by the kernel without a word. Half of it is the heap, for Spark's
 * shuffles and sorts. Of the other half, a part is left to the JVM itself (metaspace, code,
 * threads, network buffers) and the rest is what native code may allocate through JavaCPP, whose
 * own default lies above any container. JavaCPP also watches the whole process: at {@link
 * #physicalMax} it throws an {@code OutOfMemoryError} that says so, shortly before the kernel would
 * act.
 *
 * @param container MiB of everything
 * @param heap MiB, {@code spark.executor.memory}
 * @param overhead MiB beside the heap, {@code spark.executor.memoryOverhead}
 * @param nativeMax MiB that JavaCPP may allocate, {@code org.bytedeco.javacpp.maxbytes}
 * @param physicalMax MiB of the process at which JavaCPP allocates no more, {@code
 *     org.bytedeco.javacpp.maxphysicalbytes}
 */
public record ContainerMemory(
    long container, long heap, long overhead, long nativeMax, long physicalMax) {
  /** Below this, half of the container is less than the heap that Spark asks for. */
  public static final long LEAST = 1024;

  private static final long STEP = 256;
  private static final long MOST_TRIED = 1L << 20;

  /** Of the container, kept free above {@link #physicalMax}, and never less than 64 MiB. */
  private static final double FREE_SHARE = 0.05;

  private static final long LEAST_FREE = 64;

  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,8})([mg])");

  /**
   * Shares out a container.
   *
   * @param size such as {@code 2g} or {@code 1536m}
   * @throws IllegalArgumentException when it is no size, or too small for Spark
   */
  public static ContainerMemory of(String size) {
    long container = mebibytes(size);
    if (container < LEAST) {
      throw new IllegalArgumentException(
          "'"
              + size
              + "' is too small for an executor: half of it is the heap, and Spark refuses less than"
              + " 450m; give "
              + LEAST
              + "m or more");
    }
    long heap = container / 2;
    long overhead = container - heap;
    long jvm = MemoryRoom.ofJvm(container << 20) >> 20;
    long free = Math.max(LEAST_FREE, Math.round(container * FREE_SHARE));
    return new ContainerMemory(container, heap, overhead, overhead - jvm, container - free);
  }

  /**
   * The smallest container, in steps of 256 MiB, that has room for a run; empty when none of up to
   * a tebibyte has.
   *
   * @param plan of the run, wherever that was to be
   * @param cores tasks that an executor runs at once
   */
  public static Optional<ContainerMemory> leastFor(MemoryPlan plan, int cores) {
    return LongStream.iterate(LEAST, size -> size <= MOST_TRIED, size -> size + STEP)
        .mapToObj(size -> of(size + "m"))
        .filter(size -> plan.in(size.room(cores)).misfit().isEmpty())
        .findFirst();
  }

  /** What an executor in such a container has room for. */
  public MemoryRoom room(int cores) {
    return new MemoryRoom(
        "an executor of " + container + "m",
        MemoryRoom.ofHeap(heap << 20),
        nativeMax << 20,
        cores,
        "give more --executor-memory, or fewer --executor-cores");
  }

  /**
   * The MiB of a size in the notation of {@code -Xmx}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static long mebibytes(String size) {
    Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + size + "' is no size; write a whole number and m or g, such as 2g or 1536m");
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("g") ? number * 1024 : number;
  }
}
