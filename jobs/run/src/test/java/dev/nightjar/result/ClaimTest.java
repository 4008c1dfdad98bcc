package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many who claim at once. */
@Timeout(900)
class ClaimTest {
  private static final int EACH = 10;

  @TempDir Path root;

  @Test
  void threadsGetDistinctTokens() throws Exception {
    List<Long> tokens = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ResultStore store = Fixtures.store(root);
      Thread thread =
          new Thread(
              () -> {
                awaitQuietly(start);
                tokens.addAll(claim(store, EACH));
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(tokens).hasSize(8 * EACH).doesNotHaveDuplicates();
    assertThat(Collections.max(tokens)).isEqualTo(8 * EACH);
  }

  @Test
  void processesGetDistinctTokens() throws Exception {
    List<Process> processes = List.of(other("a"), other("b"));
    while (!Files.exists(root.resolve("a.ready")) || !Files.exists(root.resolve("b.ready"))) {
      assertThat(processes).allMatch(Process::isAlive);
      Thread.sleep(20);
    }
    Files.createFile(root.resolve("go"));
    List<String> tokens = new ArrayList<>();
    for (Process process : processes) {
      tokens.addAll(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.matches("[0-9]+"))
              .toList());
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(tokens).hasSize(2 * 50).doesNotHaveDuplicates();
  }

  /** Claims in a JVM of its own, once both have started. */
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[0]);
    ResultStore store = Fixtures.store(root);
    Files.createFile(root.resolve(args[1] + ".ready"));
    while (!Files.exists(root.resolve("go"))) {
      Thread.onSpinWait();
    }
    claim(store, 50).forEach(System.out::println);
  }

  private Process other(String name) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            java, "-Xmx256m", "-cp", classes, ClaimTest.class.getName(), root.toString(), name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<Long> claim(ResultStore store, int times) {
    List<Long> tokens = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      tokens.add(store.claim(DAY, "test"));
    }
    return tokens;
  }

  private static void awaitQuietly(CountDownLatch start) {
    try {
      start.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
