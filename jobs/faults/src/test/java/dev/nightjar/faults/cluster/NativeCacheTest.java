package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.Await;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * JVMs that need native libraries at the same moment. The cache that they share by default is
 * compared with the two that submit gives executors: one of their own, or one that is unpacked.
 */
@Tag("cluster")
class NativeCacheTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  private static final int JVMS = 4;
  private static final int ROUNDS = 3;
  private static final Duration LONGEST = Duration.ofMinutes(4);

  @Test
  void cold_jvms_with_caches_of_their_own_and_warm_ones_with_one_cache_never_fail() {
    Path folder = Folders.create(CLUSTER.cluster().folder().resolve("native-caches"));
    int failures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path own = folder.resolve("own-" + round);
      failures += failures(n -> own.resolve("" + n));
      Folders.delete(own);
    }
    Figures.atMost(0, "native-cache-failures-own", failures);

    Path unpacked = folder.resolve("unpacked");
    assertThat(await(start(unpacked))).as("unpacks the cache").isTrue();
    int warmFailures = 0;
    for (int round = 0; round < ROUNDS; round++) {
      warmFailures += failures(n -> unpacked);
    }
    Folders.delete(unpacked);
    Figures.atMost(0, "native-cache-failures-unpacked", warmFailures);
    assertThat(failures + warmFailures).isZero();
  }

  /** What executors would share without a setting of ours; measured, and nothing is promised. */
  @Test
  void cold_jvms_with_a_shared_cache_and_one_killed_while_it_unpacks_are_measured() {
    Path folder = Folders.create(CLUSTER.cluster().folder().resolve("shared-caches"));
    int failures = 0;
    int afterKill = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Path shared = folder.resolve("shared-" + round);
      failures += failures(n -> shared);
      Folders.delete(shared);
      Path broken = folder.resolve("broken-" + round);
      Process killed = start(broken);
      Await.until(
          "natives are being unpacked",
          Duration.ofMinutes(1),
          () -> !Folders.files(broken, ".so").isEmpty() || !killed.isAlive());
      assertThat(killed.isAlive()).as("killed while it unpacks").isTrue();
      Signal.KILL.toGroup(killed.pid());
      afterKill += failures(n -> broken);
      Folders.delete(broken);
    }
    Figures.report("native-cache-failures-shared", failures, Figures.Better.LOWER);
    Figures.report("native-cache-failures-shared-after-kill", afterKill, Figures.Better.LOWER);
  }

  /** How many of the JVMs that start at once cannot compute. */
  private static int failures(IntFunction<Path> cache) {
    List<Process> all = IntStream.range(0, JVMS).mapToObj(n -> start(cache.apply(n))).toList();
    return (int) all.stream().filter(process -> !await(process)).count();
  }

  private static Process start(Path cache) {
    Cluster cluster = CLUSTER.cluster();
    Path lib = cluster.dist().resolve("lib");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
    command.add("-cp");
    command.add(Path.of("target/test-classes") + ":" + lib + "/*:" + lib.resolve("spark") + "/*");
    command.add(NativeWarmUp.class.getName());
    Path log = Folders.create(cluster.folder().resolve("natives-logs"));
    String name = "jvm-" + System.nanoTime();
    return cluster.start(
        command, java.util.Map.of(), log.resolve(name + ".out"), log.resolve(name + ".err"));
  }

  private static boolean await(Process process) {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        Signal.KILL.toGroup(process.pid());
        return false;
      }
      return process.exitValue() == 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
