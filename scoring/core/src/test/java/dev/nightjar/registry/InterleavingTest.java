package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static dev.nightjar.registry.Fixtures.bundle;
import static dev.nightjar.registry.Fixtures.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.storage.LocalStorage;
import dev.nightjar.storage.Storage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One who does everything while another one's file is half written, at every file of it. */
class InterleavingTest {
  @TempDir Path folder;

  @Test
  void of_two_that_expect_the_same_version_one_wins_wherever_they_meet() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("start", "a", "b"));
    int met = 0;
    for (int creation = 1; creation <= 3; creation++) {
      String alias = "champion-" + creation;
      registry.promote(MODEL, "start", alias, "ann", Optional.empty());
      boolean[] won = new boolean[2];
      boolean reached =
          whileCreating(
              creation,
              () -> won[0] = promotes(registry, "a", alias),
              () -> won[1] = promotes(registry, "b", alias));
      if (!reached) {
        break;
      }
      met++;
      assertThat(won).as("at creation %d", creation).containsExactly(false, true);
      assertThat(registry.resolve(MODEL + "@" + alias).version()).isEqualTo("b");
      registry.rollBack(MODEL, alias, "ann");
      assertThat(registry.resolve(MODEL + "@" + alias).version())
          .as("what lost is not what was before")
          .isEqualTo("start");
    }
    assertThat(met).as("the claim and the move").isEqualTo(2);
  }

  @Test
  void a_move_without_expectation_is_made_again_above_the_one_that_it_met() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("start", "a", "b"));
    for (int creation = 1; creation <= 2; creation++) {
      String alias = "champion-" + creation;
      registry.promote(MODEL, "start", alias, "ann", Optional.empty());
      whileCreating(
          creation,
          () -> registry.promote(MODEL, "a", alias, "ann", Optional.empty()),
          () -> registry.promote(MODEL, "b", alias, "bob", Optional.empty()));
      assertThat(registry.history(MODEL, alias))
          .extracting(Move::version)
          .containsExactly("start", "b", "a");
    }
  }

  @Test
  void a_roll_back_that_meets_a_move_is_told() throws Exception {
    Registry registry = Fixtures.registry(folder, List.of("start", "a", "b"));
    for (int creation = 1; creation <= 2; creation++) {
      String alias = "champion-" + creation;
      registry.promote(MODEL, "start", alias, "ann", Optional.empty());
      registry.promote(MODEL, "a", alias, "ann", Optional.empty());
      String[] told = new String[1];
      whileCreating(
          creation,
          () -> told[0] = message(() -> registry.rollBack(MODEL, alias, "ann")),
          () -> registry.promote(MODEL, "b", alias, "bob", Optional.empty()));
      assertThat(told[0])
          .contains("points to b since", "by bob), not to a as expected; it was not moved");
      assertThat(registry.resolve(MODEL + "@" + alias).version()).isEqualTo("b");
    }
  }

  @Test
  void a_version_never_means_two_bundles_wherever_two_admissions_meet() throws Exception {
    int met = 0;
    for (int creation = 1; creation <= 7; creation++) {
      Registry registry = Fixtures.registry(folder.resolve("r" + creation));
      String[] digests = new String[2];
      boolean reached =
          whileCreating(
              creation,
              () -> digests[0] = admits(registry, "a network"),
              () -> digests[1] = admits(registry, "another network"));
      if (!reached) {
        break;
      }
      met++;
      List<String> admitted = Arrays.stream(digests).filter(digest -> !digest.isEmpty()).toList();
      assertThat(admitted).as("at creation %d", creation).hasSize(1);
      assertThat(registry.version(MODEL, "1").digest()).isEqualTo(admitted.get(0));
      assertThat(registry.verify(Optional.empty()).problems()).isEmpty();
    }
    assertThat(met).isEqualTo(6);
  }

  @Test
  void an_admission_looks_again_after_it_has_shown_its_digest() {
    Registry other = Fixtures.registry(folder);
    Storage hooked =
        new HookedStorage(
            new LocalStorage(folder),
            file -> {
              if (file.endsWith(".begun")) {
                other.admit(bundle("1", "another network"), "bob");
              }
            });
    Registry registry =
        new Registry(hooked, Clock.systemUTC(), List.of(), (bundle, distrusted) -> bundle);

    assertThat(admits(registry, "a network")).isEmpty();
    assertThat(registry.version(MODEL, "1").by()).isEqualTo("bob");
    // It has taken its flag away, so nobody waits for it.
    assertThat(registry.verify(Optional.empty()).leftovers())
        .singleElement()
        .asString()
        .contains("no version is the bundle", digest(bundle("1", "a network")));
    assertThat(folder.resolve("models/flight-delay/versions/1"))
        .isDirectoryNotContaining("glob:**" + digest(bundle("1", "a network")) + "*");
  }

  private static boolean whileCreating(int nth, Runnable one, Runnable other) throws Exception {
    AtomicInteger hits = new AtomicInteger();
    Failpoint.during(
        () -> {
          one.run();
          return true;
        },
        point -> {
          if (point == Failpoint.CREATE_HALF_WRITTEN && hits.incrementAndGet() == nth) {
            other.run();
          }
        });
    return hits.get() >= nth;
  }

  private static boolean promotes(Registry registry, String version, String alias) {
    return message(() -> registry.promote(MODEL, version, alias, version, Optional.of("start")))
        .isEmpty();
  }

  private static String admits(Registry registry, String content) {
    String told = message(() -> registry.admit(bundle("1", content), "ann"));
    return told.isEmpty() ? digest(bundle("1", content)) : "";
  }

  private static String message(Runnable step) {
    try {
      step.run();
      return "";
    } catch (RegistryException e) {
      assertThat(e.kind()).isIn(RegistryException.Kind.OVERTAKEN, RegistryException.Kind.REFUSED);
      return String.valueOf(e.getMessage());
    }
  }
}
