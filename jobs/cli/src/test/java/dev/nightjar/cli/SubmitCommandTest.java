package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told before anything is started; the cluster tier of jobs/faults starts it. */
class SubmitCommandTest {
  private static final String HOME = "nightjar.home";

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private Path home;

  @BeforeEach
  void write() throws IOException {
    TestProject.withoutBundle(folder);
    home = folder.resolve("dist");
    for (String jar : List.of("lib/nightjar-jobs-cli-1.jar", "lib/other.jar")) {
      Files.createDirectories(home.resolve(jar).getParent());
      Files.createFile(home.resolve(jar));
    }
    System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty(HOME);
  }

  @Test
  void the_line_is_printed_and_nothing_is_run() {
    Shell.Ended ended = submit("--print", "--master", "spark://h:7077", "--executor-memory", "4g");

    assertThat(ended.exit()).as(ended.all()).isZero();
    assertThat(ended.out().lines()).hasSize(1);
    assertThat(ended.out())
        .startsWith("OMP_NUM_THREADS=1 ")
        .contains(
            " org.apache.spark.deploy.SparkSubmit --master spark://h:7077 --deploy-mode client",
            " --class dev.nightjar.cli.Main --jars " + home.resolve("lib/other.jar") + " ",
            " --conf spark.executor.memory=2048m --conf spark.executor.memoryOverhead=2048m ",
            " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED ")
        .endsWith(
            home.resolve("lib/nightjar-jobs-cli-1.jar")
                + " run readings --interval 2024-03-05 --project "
                + folder
                + System.lineSeparator());
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void verbose_goes_on_to_the_driver_and_its_log() {
    for (Shell.Ended ended :
        List.of(
            submit("--print", "--verbose"),
            submit(new Shell(Map.of("NIGHTJAR_VERBOSE", "1")), "--print"))) {
      assertThat(ended.out())
          .contains(" -Dnightjar.log=verbose ")
          .endsWith(" --project " + folder + " --verbose" + System.lineSeparator());
    }
    assertThat(submit("--print").out()).doesNotContain("verbose");
  }

  @Test
  void a_driver_elsewhere_is_refused_by_name() {
    Shell.Ended ended = submit("--deploy-mode", "cluster");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("nightjar: --deploy-mode cluster: the driver would run on a machine that has")
        .contains(folder.toString(), "use client");
  }

  @Test
  void mistakes_are_told_before_anything_is_started() {
    assertThat(usage("--executor-memory", "2x")).contains("'2x' is no size; write a whole number");
    assertThat(usage("--executor-memory", "512m")).contains("too small", "give 1024m or more");
    assertThat(usage("--driver-memory", "much")).contains("'much' is no size");
    assertThat(usage("--conf", "spark.sql.files.ignoreCorruptFiles=true"))
        .contains("would leave out files that cannot be read");
    System.setProperty(HOME, folder.toString());
    assertThat(usage("--print")).contains("is no distribution of Nightjar: it has no folder lib");
    System.clearProperty(HOME);
    assertThat(usage("--print")).contains("use its bin/nightjar");
  }

  private String usage(String... options) {
    Shell.Ended ended = submit(options);
    assertThat(ended.exit()).as(ended.all()).isEqualTo(2);
    return ended.err();
  }

  private Shell.Ended submit(String... options) {
    return submit(shell, options);
  }

  private Shell.Ended submit(Shell shell, String... options) {
    List<String> words = new ArrayList<>(List.of("submit", "readings"));
    words.addAll(List.of("--interval", TestProject.DAY, "--project", folder.toString()));
    words.addAll(Arrays.asList(options));
    return shell.run(words.toArray(String[]::new));
  }
}
