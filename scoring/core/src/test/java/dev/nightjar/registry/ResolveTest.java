package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolveTest {
  @TempDir Path folder;
  private Registry registry;

  @BeforeEach
  void admit() {
    registry = Fixtures.registry(folder, List.of("2013-10", "2013-11"));
    registry.promote(MODEL, "2013-10", "champion", "ann", Optional.empty());
  }

  @Test
  void what_was_resolved_stays_where_it_was() {
    Resolved resolved = registry.resolve("flight-delay@champion");
    registry.promote(MODEL, "2013-11", "champion", "ann", Optional.empty());

    assertThat(resolved.version()).isEqualTo("2013-10");
    assertThat(resolved.label())
        .isEqualTo("flight-delay@champion, which is flight-delay:2013-10 since move 1");
    assertThat(new String(registry.open(resolved).get("source/model.zip"), StandardCharsets.UTF_8))
        .isEqualTo("of 2013-10");
    assertThat(registry.resolve("flight-delay@champion").version()).isEqualTo("2013-11");
  }

  @Test
  void unknown_names_versions_and_aliases_are_told_with_the_nearest() {
    assertUnknown(
        "flight-dealy@champion", "has no model 'flight-dealy'; did you mean 'flight-delay'?");
    assertUnknown(
        "flight-delay@champoin", "has no alias 'champoin' in", "did you mean 'champion'?");
    assertUnknown("flight-delay:2013-12", "has no version '2013-12'", "did you mean '2013-10'?");
    assertUnknown("flight-delay@sha256:" + "0".repeat(64), "has no bundle of the digest 000");
    assertUnknown("flight-delay", "write flight-delay@ALIAS");
  }

  @Test
  void a_withdrawn_version_is_found_by_its_digest_alone() {
    String digest = registry.version(MODEL, "2013-10").digest();
    registry.withdraw(MODEL, "2013-10", "trained on the wrong month", "bob");

    for (String reference : List.of("flight-delay@champion", "flight-delay:2013-10")) {
      assertThatThrownBy(() -> registry.resolve(reference))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
          .hasMessageContainingAll(
              "the version flight-delay:2013-10 was withdrawn (by bob",
              "trained on the wrong month");
    }
    assertThat(registry.resolve("flight-delay@sha256:" + digest).version()).isEqualTo("2013-10");
    assertThatThrownBy(() -> registry.promote(MODEL, "2013-10", "other", "ann", Optional.empty()))
        .hasMessageContaining("was withdrawn");
    assertThatThrownBy(() -> registry.admit(Fixtures.bundle("2013-10", "of 2013-10"), "ann"))
        .hasMessageContaining("was withdrawn");
    assertThatThrownBy(() -> registry.withdraw(MODEL, "2013-11", " ", "ann"))
        .hasMessageContaining("without a reason");
  }

  @Test
  void a_withdrawal_that_died_half_written_is_repeated() throws Exception {
    assertThat(Crash.inCreation(1, () -> registry.withdraw(MODEL, "2013-11", "bad", "ann")))
        .isTrue();
    assertThat(registry.version(MODEL, "2013-11").withdrawn()).isNull();

    Version withdrawn = registry.withdraw(MODEL, "2013-11", "bad", "bob");

    assertThat(withdrawn.withdrawn()).isEqualTo(new Version.Withdrawal("bad", Fixtures.NOW, "bob"));
    assertThat(registry.withdraw(MODEL, "2013-11", "worse", "eve")).isEqualTo(withdrawn);
  }

  @Test
  void a_move_that_is_damaged_or_copied_is_named_and_not_passed_over() throws IOException {
    registry.promote(MODEL, "2013-11", "champion", "ann", Optional.empty());
    Path moves = folder.resolve("models/flight-delay/aliases/champion");
    Path last = moves.resolve("2.json");
    String whole = Files.readString(last);

    Files.writeString(last, whole.replace("2013-11", "2013-10"));
    assertThatThrownBy(() -> registry.resolve("flight-delay@champion"))
        .hasMessageContaining("the file " + last + " is damaged");
    Files.writeString(last, whole);

    Files.copy(moves.resolve("1.json"), moves.resolve("3.json"));
    assertThatThrownBy(() -> registry.resolve("flight-delay@champion"))
        .hasMessageContaining("3.json holds move 1, and was copied or renamed");
  }

  @Test
  void files_of_others_in_the_folders_are_passed_over() throws IOException {
    Files.writeString(folder.resolve("models/.DS_Store"), "x");
    Files.writeString(folder.resolve("models/flight-delay/aliases/champion/notes.txt"), "x");
    Files.writeString(folder.resolve("models/flight-delay/versions/2013-10/README"), "x");

    assertThat(registry.resolve("flight-delay@champion").version()).isEqualTo("2013-10");
    assertThat(registry.verify(Optional.empty()).problems()).isEmpty();
    assertThat(registry.names()).containsExactly(MODEL);
  }

  @Test
  void a_root_that_is_a_file_is_told() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> Fixtures.registry(file).names())
        .isInstanceOf(RegistryException.class)
        .hasMessageContainingAll("the registry's file " + file, "cannot be read");
  }

  private void assertUnknown(String reference, String... words) {
    assertThatThrownBy(() -> registry.resolve(reference))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.UNKNOWN))
        .hasMessageContainingAll(words);
  }
}
