package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many who change one registry at once, in threads and in processes. */
@Timeout(900)
class RaceTest {
  private static final int RACERS = 6;
  private static final int ROUNDS = 5;

  @TempDir Path folder;

  @Test
  void of_threads_that_expect_the_same_version_one_moves_the_alias() throws Exception {
    List<String> versions = new ArrayList<>(List.of("start"));
    for (int i = 0; i < RACERS; i++) {
      versions.add("v" + i);
    }
    Registry registry = Fixtures.registry(folder, versions);
    for (int round = 0; round < ROUNDS; round++) {
      String alias = "champion-" + round;
      registry.promote(MODEL, "start", alias, "ann", Optional.empty());
      List<Callable<Optional<String>>> racers = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        String version = "v" + i;
        Registry own = Fixtures.registry(folder);
        racers.add(() -> race(own, version, alias, Optional.of("start")));
      }
      List<String> winners = together(racers);
      assertThat(winners).as("round %d", round).hasSize(1);
      assertThat(registry.resolve(MODEL + "@" + alias).version()).isEqualTo(winners.get(0));
    }
  }

  @Test
  void of_threads_that_expect_nothing_all_move_the_alias_in_some_order() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("a", "b"));
    List<Callable<Optional<String>>> racers = new ArrayList<>();
    for (int i = 0; i < RACERS; i++) {
      Registry own = Fixtures.registry(folder);
      String version = i % 2 == 0 ? "a" : "b";
      racers.add(() -> race(own, version, "champion", Optional.empty()));
    }
    assertThat(together(racers)).hasSize(RACERS);
    List<Move> history = registry.history(MODEL, "champion");
    long before = 0;
    for (Move move : history) {
      assertThat(move.after()).isEqualTo(before);
      before = move.number();
    }
  }

  @Test
  void of_threads_that_admit_different_bytes_at_most_one_does() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String version = "r" + round;
      List<Callable<Optional<String>>> racers = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        String content = "network " + i % 3;
        Registry own = Fixtures.registry(folder);
        racers.add(
            () -> {
              try {
                return Optional.of(own.admit(Fixtures.bundle(version, content), "ann").digest());
              } catch (RegistryException e) {
                return Optional.empty();
              }
            });
      }
      Set<String> admitted = new HashSet<>(together(racers));
      assertThat(admitted).as("round %d", round).hasSizeLessThanOrEqualTo(1);
      // Whoever drew back can try again, and then one is in.
      Registry registry = Fixtures.registry(folder);
      if (admitted.isEmpty()) {
        admitted.add(registry.admit(Fixtures.bundle(version, "network 0"), "ann").digest());
      }
      assertThat(admitted).containsExactly(registry.version(MODEL, version).digest());
    }
  }

  @Test
  void threads_that_admit_the_same_bytes_all_succeed() throws Exception {
    List<Callable<Optional<String>>> racers = new ArrayList<>();
    for (int i = 0; i < RACERS; i++) {
      Registry own = Fixtures.registry(folder);
      racers.add(() -> Optional.of(own.admit(Fixtures.bundle("1", "network"), "ann").digest()));
    }
    assertThat(together(racers)).hasSize(RACERS);
    Registry registry = Fixtures.registry(folder);
    assertThat(registry.versions(MODEL)).hasSize(1);
    assertThat(registry.verify(Optional.empty()).problems()).isEmpty();
  }

  @Test
  void of_processes_that_expect_the_same_version_one_moves_the_alias() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("start", "a", "b"));
    for (int round = 0; round < ROUNDS; round++) {
      registry.promote(MODEL, "start", "champion-" + round, "ann", Optional.empty());
    }
    List<Process> processes = List.of(other("a"), other("b"));
    awaitFile("a.ready", processes);
    awaitFile("b.ready", processes);
    Files.createFile(folder.resolve("go"));
    List<String> won = new ArrayList<>();
    for (Process process : processes) {
      won.addAll(
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("won "))
              .toList());
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(won).hasSize(ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
      String current = registry.resolve(MODEL + "@champion-" + round).version();
      assertThat(won).contains("won " + round + " " + current);
    }
  }

  @Test
  void a_process_that_is_killed_while_it_moves_an_alias_is_passed_over() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("start", "a", "b"));
    registry.promote(MODEL, "start", "champion-0", "ann", Optional.empty());
    Files.createFile(folder.resolve("go"));
    for (String creation : new String[] {"1", "2"}) {
      Process killed =
          other("a", "-D" + Failpoint.PROPERTY + "=create.half-written#" + creation + "=halt");
      assertThat(killed.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(killed.exitValue()).isEqualTo(Failpoint.HALTED);
      Files.delete(folder.resolve("a.ready"));

      assertThat(registry.resolve(MODEL + "@champion-0").version()).isEqualTo("start");
    }
    Move move = registry.promote(MODEL, "b", "champion-0", "ann", Optional.of("start"));
    assertThat(move.number()).isEqualTo(4);
    assertThat(registry.resolve(MODEL + "@champion-0").version()).isEqualTo("b");
    assertThat(registry.verify(Optional.empty()).leftovers())
        .singleElement()
        .asString()
        .contains("3.json lacks its end");
  }

  /** Moves every alias in turn, once all processes have started. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Registry registry = Fixtures.registry(folder);
    Files.createFile(folder.resolve(args[1] + ".ready"));
    while (!Files.exists(folder.resolve("go"))) {
      Thread.onSpinWait();
    }
    for (int round = 0; round < ROUNDS; round++) {
      String alias = "champion-" + round;
      int number = round;
      race(registry, args[1], alias, Optional.of("start"))
          .ifPresent(version -> System.out.println("won " + number + " " + version));
    }
  }

  private static Optional<String> race(
      Registry registry, String version, String alias, Optional<String> expected) {
    try {
      return Optional.of(registry.promote(MODEL, version, alias, version, expected).version());
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.OVERTAKEN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static List<String> together(List<Callable<Optional<String>>> racers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(racers.size());
    try {
      List<String> results = Collections.synchronizedList(new ArrayList<>());
      for (Future<Optional<String>> result : threads.invokeAll(racers)) {
        result.get().ifPresent(results::add);
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  private void awaitFile(String name, List<Process> processes) {
    while (!Files.exists(folder.resolve(name))) {
      assertThat(processes).allMatch(Process::isAlive);
      Thread.onSpinWait();
    }
  }

  private Process other(String name, String... flags) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.add("-Xmx128m");
    command.addAll(List.of(flags));
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classes, RaceTest.class.getName(), folder.toString(), name));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
