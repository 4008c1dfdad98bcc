package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.demo.DemoModel;
import dev.nightjar.dl4j.WrongKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class DemoCommandTest {
  @TempDir static Path folder;
  private static Shell.Ended demo;

  @BeforeAll
  static void run() {
    demo = new Shell().run("demo", "--dir", folder.resolve("demo").toString());
  }

  @Test
  void it_trains_publishes_twice_and_says_what_happened() {
    assertThat(demo.exit()).as(demo.all()).isZero();
    assertThat(demo.out())
        .contains(
            "1  a month of flights",
            "published as attempt 1",
            "✔ 2013-11-29  818 in = 800 scored + 15 filtered + 3 rejected",
            "flight-delay/2013-11-29/2",
            "every key of the input is in the result once",
            "Look further:");
  }

  @Test
  void a_wrong_kernel_in_any_step_of_its_bundle_fails_the_golden_rows() {
    Path bundle = folder.resolve("demo").resolve(DemoModel.BUNDLE);
    assertThat(WrongKernels.requireNoticed(Bundle.open(bundle))).isPositive();
  }

  @Test
  void a_folder_of_somebody_else_is_left_alone() throws IOException {
    Path own = Files.createDirectories(folder.resolve("own"));
    Files.writeString(own.resolve("thesis.txt"), "years of work");
    Shell.Ended refused = new Shell().run("demo", "--dir", own.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("not of an earlier demo", "--dir");
    assertThat(own.resolve("thesis.txt")).hasContent("years of work");
  }
}
