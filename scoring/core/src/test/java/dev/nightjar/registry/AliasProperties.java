package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** An alias against a stack of versions: to promote pushes, to roll back pops. */
class AliasProperties {
  private static final List<String> VERSIONS = List.of("v1", "v2", "v3", "v4");

  enum Kind {
    PROMOTE,
    PROMOTE_EXPECTING_THE_CURRENT,
    PROMOTE_EXPECTING_ANOTHER,
    ROLL_BACK,
    WITHDRAW,
    DIE_CLAIMING,
    DIE_MOVING
  }

  record Step(Kind kind, String version) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.of(Kind.PROMOTE, Kind.ROLL_BACK)),
            Tuple.of(4, Arbitraries.of(Kind.class)));
    return Combinators.combine(kinds, Arbitraries.of(VERSIONS)).as(Step::new).list().ofMaxSize(14);
  }

  @Property(tries = 25)
  void the_current_version_is_that_of_a_stack(@ForAll("steps") List<Step> steps) throws Exception {
    Path folder = Files.createTempDirectory("registry");
    try {
      Registry registry = Fixtures.registry(folder, VERSIONS);
      Deque<String> model = new ArrayDeque<>();
      Set<String> withdrawn = new HashSet<>();
      for (Step step : steps) {
        walk(registry, step, model, withdrawn);
        assertThat(current(registry)).as("after %s of %s", step, steps).isEqualTo(top(model));
      }
      assertThat(registry.verify(Optional.empty()).problems())
          .allMatch(text -> text.contains("was withdrawn"));
    } finally {
      delete(folder);
    }
  }

  private static void walk(Registry registry, Step step, Deque<String> model, Set<String> withdrawn)
      throws Exception {
    String version = step.version();
    boolean usable = !withdrawn.contains(version);
    switch (step.kind()) {
      case PROMOTE -> promote(registry, version, Optional.empty(), usable, model);
      case PROMOTE_EXPECTING_THE_CURRENT ->
          promote(
              registry, version, Optional.of(top(model).orElse(Registry.NOWHERE)), usable, model);
      case PROMOTE_EXPECTING_ANOTHER ->
          promote(registry, version, Optional.of("another"), false, model);
      case ROLL_BACK -> rollBack(registry, model, withdrawn);
      case WITHDRAW -> {
        registry.withdraw(MODEL, version, "it is bad", "ann");
        withdrawn.add(version);
      }
      case DIE_CLAIMING -> dieAt(1, registry, version, usable);
      case DIE_MOVING -> dieAt(2, registry, version, usable);
    }
  }

  private static void promote(
      Registry registry,
      String version,
      Optional<String> expected,
      boolean works,
      Deque<String> model) {
    boolean worked = succeeds(() -> registry.promote(MODEL, version, "champion", "ann", expected));
    assertThat(worked).isEqualTo(works);
    if (works && !top(model).equals(Optional.of(version))) {
      model.push(version);
    }
  }

  private static void rollBack(Registry registry, Deque<String> model, Set<String> withdrawn) {
    String from = top(model).orElse("");
    boolean possible = model.stream().anyMatch(v -> !v.equals(from) && !withdrawn.contains(v));
    boolean worked = succeeds(() -> registry.rollBack(MODEL, "champion", "ann"));
    assertThat(worked).isEqualTo(possible);
    if (possible) {
      while (top(model).equals(Optional.of(from)) || withdrawn.contains(model.peek())) {
        model.pop();
      }
    }
  }

  /** What a process that dies in its n-th creation leaves: half a file, and no news. */
  private static void dieAt(int creation, Registry registry, String version, boolean usable)
      throws Exception {
    boolean moves = !current(registry).equals(Optional.of(version));
    boolean died =
        Crash.inCreation(
            creation,
            () ->
                succeeds(
                    () -> registry.promote(MODEL, version, "champion", "bob", Optional.empty())));
    assertThat(died).isEqualTo(usable && moves);
  }

  private static boolean succeeds(Runnable step) {
    try {
      step.run();
      return true;
    } catch (RegistryException e) {
      return false;
    }
  }

  private static Optional<String> current(Registry registry) {
    return Optional.ofNullable(registry.aliases(MODEL).get("champion")).map(Move::version);
  }

  private static Optional<String> top(Deque<String> model) {
    return Optional.ofNullable(model.peek());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
