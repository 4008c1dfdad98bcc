package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.faults.Figures;
import dev.nightjar.run.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An executor in a container of the size that submit was told, and a network that needs more for a
 * whole batch than there is. With the limits of a larger machine the kernel kills it without a
 * word; with those that are derived from the container, batches are run in parts.
 */
@Tag("cluster")
class MemoryLimitTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  private static final Path CGROUPS = Path.of("/sys/fs/cgroup/memory");
  private static final int CONTAINER = 1400;

  /** What one would give to a machine that is larger than the container. */
  private static final String LIMITS_OF_ANOTHER =
      "-Dorg.bytedeco.javacpp.maxbytes=16g -Dorg.bytedeco.javacpp.maxphysicalbytes=32g";

  @Test
  void limits_derived_from_the_container_keep_the_kernel_from_killing() throws IOException {
    assumeTrue(
        Files.isWritable(CGROUPS.resolve("cgroup.procs")),
        "memory cgroups of version 1 need root and are not here");
    Cluster cluster = CLUSTER.cluster();
    ManyReadings readings = ManyReadings.in(cluster.folder().resolve("memory-limit"));
    WideBundle.write(readings.folder().resolve("bundles/wide"));
    readings
        .project()
        .replace("conf/jobs/readings.yaml", "features: [weather]\n", "")
        .replace("conf/jobs/readings.yaml", "bundles/readings", "bundles/wide");

    try (Container container = new Container(cluster.folder(), CONTAINER)) {
      Submission before =
          submission(cluster, readings, container).onExecutors(LIMITS_OF_ANOTHER).start();
      assertThat(before.await().exit()).as(before.describe()).isEqualTo(ExitCode.FAILED.code());
      int killedBefore = container.kernelKills();
      assertThat(killedBefore)
          .as("kills with the limits of a larger machine; " + before.describe())
          .isPositive();
      cluster.removeWork();

      Submission after = submission(cluster, readings, container).start();
      Submission.Ended ended = after.await();
      int killedAfter = container.kernelKills() - killedBefore;
      Figures.report(
          "cgroup-kernel-kills-with-limits-of-a-larger-machine",
          killedBefore,
          Figures.Better.LOWER);
      Figures.atMost(0, "cgroup-kernel-kills", killedAfter);
      assertThat(killedAfter).as(after.describe()).isZero();
      assertThat(ended.exit()).as(after.describe()).isZero();
      assertThat(ended.out()).contains("40,000 in = 40,000 scored");
      cluster.removeWork();
    }
  }

  private static Submission.Builder submission(
      Cluster cluster, ManyReadings readings, Container container) {
    return Submission.of(cluster, readings.folder())
        .nativeCache(Folders.create(cluster.folder().resolve("natives")))
        .executorMemory(CONTAINER + "m")
        .setting("spark.cores.max", "1")
        // Tasks of several files, so that batches are as large as they ever are.
        .setting("spark.sql.files.maxPartitionBytes", "8m")
        // One executor that dies is enough.
        .setting("spark.task.maxFailures", "1")
        .setting("spark.executorEnv.JAVA_HOME", container.javaHome().toString());
  }

  /** A memory cgroup, and a JDK whose JVMs are born into it. */
  private static final class Container implements AutoCloseable {
    private final Path group = CGROUPS.resolve("nightjar-" + ProcessHandle.current().pid());
    private final Path javaHome;

    Container(Path folder, int mebibytes) throws IOException {
      Files.createDirectory(group);
      Files.writeString(group.resolve("memory.limit_in_bytes"), mebibytes + "M");
      javaHome = folder.resolve("jdk");
      Path java = Folders.create(javaHome.resolve("bin")).resolve("java");
      Files.writeString(
          java,
          "#!/bin/sh\necho $$ >"
              + group.resolve("cgroup.procs")
              + "\nexec "
              + Path.of(System.getProperty("java.home"), "bin", "java")
              + " \"$@\"\n");
      assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    Path javaHome() {
      return javaHome;
    }

    /** How often the kernel has killed a process in it. */
    int kernelKills() throws IOException {
      return Files.readAllLines(group.resolve("memory.oom_control")).stream()
          .filter(line -> line.startsWith("oom_kill "))
          .mapToInt(line -> Integer.parseInt(line.substring("oom_kill ".length())))
          .sum();
    }

    @Override
    public void close() throws IOException {
      Files.delete(group);
    }
  }
}
