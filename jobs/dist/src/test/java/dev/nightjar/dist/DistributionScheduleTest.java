package dev.nightjar.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Starts a real scheduler by bin/nightjar: its libraries are all there, and a signal ends it. */
@EnabledIfSystemProperty(named = "nightjar.dist", matches = ".+")
class DistributionScheduleTest {
  @TempDir Path folder;

  @Test
  void aSchedulerStaysUntilItIsToldToEndAndThenEndsWell() throws Exception {
    Path jobs = Files.createDirectories(folder.resolve("conf/jobs"));
    Files.writeString(jobs.resolve("broken.yaml"), "job: broken\n");
    Process scheduler =
        new ProcessBuilder(
                Path.of(DistributionTest.property("nightjar.dist"), "bin/nightjar").toString(),
                "schedule",
                "--node",
                "one",
                "--project",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = scheduler.inputReader(UTF_8)) {
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.contains("broken: not run until its files are mended")) {
          // By its handle: the process itself would close the stream that is read here.
          scheduler.toHandle().destroy();
        }
      }
      assertThat(String.join("\n", lines))
          .contains("scheduler one of " + folder, "scheduler one has ended");
    }
    assertThat(scheduler.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(scheduler.exitValue()).isZero();
    assertThat(folder.resolve("ledger/nightjar.db")).isRegularFile();
  }
}
