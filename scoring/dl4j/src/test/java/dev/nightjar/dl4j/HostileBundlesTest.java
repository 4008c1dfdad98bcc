package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.dl4j.canary.Canary;
import dev.nightjar.dl4j.canary.StreamCanaries;
import dev.nightjar.fault.Guard;
import dev.nightjar.pipeline.LoadedBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileBundlesTest {
  private static final AtomicReference<Locale> LOCALE = new AtomicReference<>();

  @TempDir static Path folder;

  /**
   * DL4J folds names of old files by the locale in which its table of them is first used in a JVM,
   * and other tests need that table too.
   */
  @BeforeAll
  static void leave_turkey() {
    LOCALE.set(Locale.getDefault());
    Locale.setDefault(Locale.ROOT);
  }

  @AfterAll
  static void return_to_turkey() {
    Locale.setDefault(LOCALE.get());
  }

  @BeforeEach
  void forget_what_was_heard() {
    Canary.forget();
  }

  static List<HostileBundle> all() {
    return HostileBundles.all();
  }

  static Stream<HostileBundle> canaries() {
    return all().stream().filter(HostileBundle::canary);
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_hostile_bundle_is_refused_in_words_and_runs_nothing(HostileBundle hostile) {
    Path path = hostile.make(folder);
    Optional<BundleException> refusal = hostile.load(path);
    assertThat(Canary.sung()).isEmpty();
    assertThat(refusal).isPresent();
    assertThat(refusal.get()).hasMessageContaining(hostile.expected());
  }

  /** The canary that has been made lives: the class fits, and DL4J or DataVec would make it. */
  @ParameterizedTest
  @MethodSource("canaries")
  void without_the_guard_its_class_would_run(HostileBundle hostile) {
    Path path = hostile.make(folder);
    System.setProperty(Guard.CLASS_NAMES.property(), "true");
    try {
      LoadedBundle.load(Bundle.open(path)).close();
    } catch (RuntimeException e) {
      // What it ran is the question, not whether it could be used.
      assertThat(e).isNotNull();
    } finally {
      System.clearProperty(Guard.CLASS_NAMES.property());
    }
    assertThat(Canary.sung()).anyMatch(who -> who.endsWith("was made"));
  }

  /** What training would go on with is passed over unread: not even this runs, and all is well. */
  @Test
  void an_object_for_a_training_state_is_passed_over() {
    byte[] gadget = HostileStreams.serialized(new StreamCanaries.Gadget());
    BundleFiles files =
        BundleFiles.of("flights", SoundBundle.withModel("updaterState.bin", gadget));
    LoadedBundle.load(Bundle.check(files)).close();
    assertThat(Canary.sung()).isEmpty();
  }

  @Test
  void the_corpus_is_large_and_every_case_has_a_name_of_its_own() {
    assertThat(all())
        .hasSizeGreaterThan(100)
        .extracting(HostileBundle::name)
        .doesNotHaveDuplicates();
    assertThat(canaries().count()).isGreaterThan(40);
  }
}
