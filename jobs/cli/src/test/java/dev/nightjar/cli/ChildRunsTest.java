package dev.nightjar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ledger.Cause;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.node.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How runs are started and ended; a shell plays the run, but for the last. */
class ChildRunsTest {
  @TempDir Path folder;

  private Launcher.Child start(String script) throws IOException {
    return start(script, Cause.TRIGGER);
  }

  private Launcher.Child start(String script, Cause cause) throws IOException {
    Path file = Files.writeString(folder.resolve("nightjar"), script);
    return new ChildRuns(List.of("sh", file.toString()), folder)
        .start(
            new Launcher.Order(
                "readings", Interval.parse("2024-03-05", Grain.DAY, ZoneId.of("UTC")), cause, 3));
  }

  private Path log() {
    return folder.resolve("log/readings/2024-03-05.3.log");
  }

  private static int exit(Launcher.Child child) throws Exception {
    return child.exit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void a_run_gets_its_job_interval_and_project_and_writes_a_log_of_its_own() throws Exception {
    Launcher.Child child = start("echo \"$@\"; exit 3");

    assertThat(exit(child)).isEqualTo(3);
    String words = "run readings --interval 2024-03-05 --project " + folder + " --while-stdin";
    assertThat(log()).hasContent(words);
    assertThat(child.lastWords()).isEqualTo(words + " (" + log() + ")");
  }

  @Test
  void what_nobody_asked_for_is_left_alone_where_it_comes_to_be_published_meanwhile()
      throws Exception {
    assertThat(exit(start("echo \"$@\"", Cause.CATCH_UP))).isZero();

    assertThat(Files.readString(log())).endsWith(" --while-stdin --unless-published\n");
  }

  @Test
  void its_last_words_are_its_complaint_and_no_progress() throws Exception {
    Launcher.Child child =
        start(
            "echo 'nightjar: readings 2024-03-05: counting the rows took 1.9 s'\n"
                + "echo 'nightjar: the first line'; echo 'nightjar: the second'; exit 1");

    assertThat(exit(child)).isEqualTo(1);
    assertThat(child.lastWords()).isEqualTo("the first line / the second (" + log() + ")");
  }

  @Test
  void it_is_asked_to_end_and_may_still_say_something() throws Exception {
    Launcher.Child child =
        start("trap 'echo asked; exit 9' TERM; echo ready; while :; do read x || exit 7; done");
    await().until(() -> Files.readString(log()).contains("ready"));
    child.stop();

    assertThat(exit(child)).isEqualTo(9);
    assertThat(child.lastWords()).startsWith("asked");
  }

  @Test
  void it_is_ended_with_all_that_it_has_started() throws Exception {
    Launcher.Child child = start("trap '' TERM; sleep 1000 & echo $!; wait; wait");
    await().until(() -> Files.readString(log()).contains("\n"));
    long grandchild = Long.parseLong(Files.readString(log()).strip());
    child.kill();

    assertThat(exit(child)).isEqualTo(137);
    await().until(() -> ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void a_real_run_ends_when_its_standard_input_does() throws Exception {
    // A job file from which nothing ever comes: the run can get no further by itself.
    Path job = Files.createDirectories(folder.resolve("conf/jobs")).resolve("readings.yaml");
    assertThat(new ProcessBuilder("mkfifo", job.toString()).start().waitFor()).isZero();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "readings",
                "--interval",
                "2024-03-05",
                "--while-stdin",
                "--project",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .contains("its scheduler is gone");
    assertThat(process.waitFor()).isEqualTo(1);
  }
}
