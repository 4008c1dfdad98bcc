package dev.nightjar.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver hears of the process of the reference, whatever that does. */
class ReferenceProcessTest {
  @TempDir static Path folder;
  private static Bundle bundle;
  private static GoldenRows rows;

  @BeforeAll
  static void open() {
    TestProject.in(folder);
    bundle = Bundle.open(folder.resolve("bundles/readings"));
    rows =
        GoldenRows.parse(
            "golden", bundle.files().get(BundleFiles.GOLDEN), bundle.manifest().contract());
  }

  /** Never answers. */
  static final class Silent {
    private Silent() {}

    /** Waits for nothing. */
    public static void main(String[] arguments) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  /** Ends at once. */
  static final class Dying {
    private Dying() {}

    /** Says why. */
    public static void main(String[] arguments) {
      System.err.println("no room for me");
      Runtime.getRuntime().halt(7);
    }
  }

  @Test
  void golden_rows_come_back_as_they_were_computed_at_packaging() throws IOException {
    try (ReferenceProcess process = ReferenceProcess.start(bundle)) {
      process.ask(rows);

      ReferenceProcess.Answer answer = process.await(Duration.ofMinutes(2));

      assertThat(answer).isInstanceOf(ReferenceProcess.Answer.Traced.class);
      GoldenRows traced = ((ReferenceProcess.Answer.Traced) answer).rows();
      assertThat(new String(traced.toBytes(), StandardCharsets.UTF_8))
          .isEqualTo(new String(rows.toBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void one_that_does_not_answer_in_time_is_stopped_and_leaves_nothing() throws IOException {
    Path itsFolder;
    try (ReferenceProcess process = ReferenceProcess.start(bundle, Silent.class)) {
      itsFolder = process.folder();
      assertThat(itsFolder).exists();
      process.ask(rows);

      assertThat(process.await(Duration.ofMillis(200)))
          .isEqualTo(
              new ReferenceProcess.Answer.Silent(
                  "it did not answer within 200ms (audit.deadline)"));
    }
    assertThat(itsFolder).doesNotExist();
  }

  @Test
  void one_that_ends_by_itself_is_quoted() throws IOException {
    try (ReferenceProcess process = ReferenceProcess.start(bundle, Dying.class)) {
      process.ask(rows);

      assertThat(process.await(Duration.ofMinutes(2)))
          .isEqualTo(
              new ReferenceProcess.Answer.Silent(
                  "its process ended with the exit code 7; its last words: no room for me"));
    }
  }
}
