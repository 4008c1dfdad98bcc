package dev.nightjar.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
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
      String first = process.ask(new GoldenRows(rows.inputs(), rows.rows().subList(0, 2)));
      String second = process.ask(rows);

      assertThat(text(process.await(second, Duration.ofMinutes(2)))).isEqualTo(text(rows));
      assertThat(traced(process.await(first, Duration.ofMinutes(2))).rows()).hasSize(2);
      assertThat(text(process.await(process.ask(rows), Duration.ofMinutes(2))))
          .isEqualTo(text(rows));
      assertThat(process.isAlive()).isTrue();
      try (Stream<Path> left = Files.list(process.folder())) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .noneMatch(name -> name.startsWith("rows") || name.startsWith("traces"));
      }
    }
  }

  private static GoldenRows traced(ReferenceProcess.Answer answer) {
    assertThat(answer).isInstanceOf(ReferenceProcess.Answer.Traced.class);
    return ((ReferenceProcess.Answer.Traced) answer).rows();
  }

  private static String text(ReferenceProcess.Answer answer) {
    return text(traced(answer));
  }

  private static String text(GoldenRows rows) {
    return new String(rows.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void one_that_does_not_answer_in_time_is_stopped_and_leaves_nothing() throws IOException {
    Path itsFolder;
    try (ReferenceProcess process = ReferenceProcess.start(bundle, Silent.class)) {
      itsFolder = process.folder();
      assertThat(itsFolder).exists();
      String question = process.ask(rows);

      assertThat(process.await(question, Duration.ofMillis(200)))
          .isEqualTo(
              new ReferenceProcess.Answer.Silent(
                  "it did not answer within 200ms (audit.deadline)"));
    }
    assertThat(itsFolder).doesNotExist();
  }

  @Test
  void one_that_ends_by_itself_is_quoted() throws IOException {
    try (ReferenceProcess process = ReferenceProcess.start(bundle, Dying.class)) {
      String question = process.ask(rows);

      assertThat(process.await(question, Duration.ofMinutes(2)))
          .isEqualTo(
              new ReferenceProcess.Answer.Silent(
                  "its process ended with the exit code 7; its last words: no room for me"));
    }
  }
}
