package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static dev.nightjar.registry.Fixtures.bundle;
import static dev.nightjar.registry.Fixtures.digest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.data.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  @TempDir Path folder;

  @Test
  void what_was_admitted_is_opened_byte_for_byte() {
    Registry registry = Fixtures.registry(folder);
    BundleFiles files = bundle("2013-11", "a network");

    Version version = registry.admit(files, "ann");

    assertThat(version)
        .isEqualTo(
            new Version(
                MODEL,
                "2013-11",
                digest(files),
                Instant.parse("2024-03-01T00:00:00Z"),
                Fixtures.NOW,
                "ann",
                null,
                null));
    assertThat(registry.names()).containsExactly(MODEL);
    assertThat(registry.versions(MODEL)).containsExactly(version);
    BundleFiles opened = registry.open(registry.resolve(MODEL + ":2013-11"));
    assertThat(opened.names()).isEqualTo(files.names());
    for (String name : files.names()) {
      assertThat(opened.get(name)).isEqualTo(files.get(name));
    }
  }

  @Test
  void the_same_bytes_again_change_nothing() throws IOException {
    Registry registry = Fixtures.registry(folder);
    Version first = registry.admit(bundle("2013-11", "a network"), "ann");
    List<Path> before = files();

    assertThat(registry.admit(bundle("2013-11", "a network"), "bob")).isEqualTo(first);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void other_bytes_under_a_version_are_refused_with_both_digests() throws IOException {
    Registry registry = Fixtures.registry(folder);
    BundleFiles first = bundle("2013-11", "a network");
    BundleFiles other = bundle("2013-11", "another network");
    registry.admit(first, "ann");
    List<Path> before = files();

    assertThatThrownBy(() -> registry.admit(other, "bob"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
        .hasMessageContainingAll(
            "the version flight-delay:2013-11 is the bundle " + digest(first),
            "by ann",
            "this bundle is " + digest(other),
            "package the model again under another version");
    assertThat(files()).isEqualTo(before);
    assertThat(registry.resolve(MODEL + ":2013-11").digest()).isEqualTo(digest(first));
  }

  @Test
  void what_a_rule_refuses_leaves_nothing() throws IOException {
    Registry registry =
        Fixtures.registry(
            folder,
            bundle -> {
              throw new BundleException("golden row 3 comes out differently");
            });

    assertThatThrownBy(() -> registry.admit(bundle("2013-11", "a network"), "ann"))
        .isInstanceOf(BundleException.class)
        .hasMessage("golden row 3 comes out differently");
    assertThat(files()).isEmpty();
  }

  @Test
  void a_version_that_cannot_name_a_folder_is_refused() {
    Registry registry = Fixtures.registry(folder);

    assertThatThrownBy(() -> registry.admit(bundle("../../2013", "a network"), "ann"))
        .hasMessageContaining("the version '../../2013' cannot be used; use up to 64 of a-z 0-9");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void an_admission_that_dies_anywhere_shows_nothing_and_can_be_repeated() throws Exception {
    int deaths = 0;
    for (int creation = 1; ; creation++) {
      Path place = folder.resolve("registry-" + creation);
      Registry registry = Fixtures.registry(place);
      BundleFiles files = bundle("2013-11", "a network");
      if (!Crash.inCreation(creation, () -> registry.admit(files, "ann"))) {
        break;
      }
      deaths++;
      assertThat(registry.names()).isEmpty();
      assertThatThrownBy(() -> registry.resolve(MODEL + ":2013-11"))
          .hasMessageContaining("has no model 'flight-delay' and no other");
      assertThat(registry.verify(Optional.empty()).problems()).isEmpty();

      registry.admit(files, "bob");

      assertThat(registry.open(registry.resolve(MODEL + ":2013-11")).get(BundleFiles.MODEL))
          .isEqualTo(files.get(BundleFiles.MODEL));
      assertThat(registry.version(MODEL, "2013-11").by()).isEqualTo("bob");
      assertThat(registry.verify(Optional.of(MODEL)).problems()).isEmpty();
    }
    // Three files, their list, the flag and the version.
    assertThat(deaths).isEqualTo(6);
  }

  @Test
  void other_bytes_after_an_admission_that_died_wait_for_its_end() throws Exception {
    Registry registry = Fixtures.registry(folder);
    BundleFiles dead = bundle("2013-11", "a network");
    assertThat(Crash.inCreation(6, () -> registry.admit(dead, "ann"))).isTrue();

    assertThatThrownBy(() -> registry.admit(bundle("2013-11", "another"), "bob"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.OVERTAKEN))
        .hasMessageContainingAll(
            "an admission of the bundle " + digest(dead), "was begun and has not ended");
    assertThat(registry.verify(Optional.empty()).leftovers())
        .anyMatch(text -> text.contains("the admission of flight-delay:2013-11 was begun"));
    assertThat(Crash.inCreation(4, () -> registry.admit(bundle("2013-12", "a"), "ann"))).isTrue();
    assertThat(registry.verify(Optional.empty()).leftovers())
        .contains(
            "no version is the bundle " + folder + "/bundles/" + digest(bundle("2013-12", "a")));
  }

  @Test
  void a_damaged_or_lost_file_is_named_and_admitting_again_mends_it() throws IOException {
    Registry registry = Fixtures.registry(folder);
    BundleFiles files = bundle("2013-11", "a network");
    registry.admit(files, "ann");
    Path model = folder.resolve("bundles/" + digest(files) + "/1/" + BundleFiles.MODEL);
    Resolved resolved = registry.resolve(MODEL + ":2013-11");

    Files.writeString(model, "another network");
    assertThatThrownBy(() -> registry.open(resolved))
        .isInstanceOf(RegistryException.class)
        .hasMessageContainingAll(
            "the bundle of flight-delay:2013-11 is damaged: " + model, "has the SHA-256", "add");
    assertThat(registry.verify(Optional.empty()).problems())
        .singleElement()
        .asString()
        .contains("is damaged: " + model);

    Files.delete(model);
    assertThatThrownBy(() -> registry.open(resolved))
        .hasMessageContaining("the bundle of flight-delay:2013-11 lacks the file " + model);

    registry.admit(files, "bob");
    assertThat(registry.open(resolved).get(BundleFiles.MODEL))
        .isEqualTo("a network".getBytes(StandardCharsets.UTF_8));
    assertThat(registry.verify(Optional.empty()).isSound()).isTrue();
  }

  @Test
  void a_bundle_whose_files_are_swapped_with_their_list_is_still_known_by_its_digest()
      throws IOException {
    Registry registry = Fixtures.registry(folder);
    BundleFiles files = bundle("2013-11", "a network");
    BundleFiles other = bundle("2013-12", "another network");
    registry.admit(files, "ann");
    Map<String, String> digests = new TreeMap<>();
    for (String name : other.names()) {
      Path path = folder.resolve("bundles/" + digest(files) + "/2/" + name);
      Files.createDirectories(path.getParent());
      Files.write(path, other.get(name));
      digests.put(name, Sha256.of(other.get(name)));
    }
    Files.write(
        folder.resolve("bundles/" + digest(files) + "/2.json"),
        SealedJson.write(new BundleStore.Stored(digest(files), 2, digests)));

    assertThatThrownBy(() -> registry.open(registry.resolve(MODEL + ":2013-11")))
        .hasMessageContainingAll("has the digest " + digest(other), "not " + digest(files));
  }

  @Test
  void a_damaged_entry_is_named_and_one_without_its_end_is_passed_over() throws IOException {
    Registry registry = Fixtures.registry(folder);
    BundleFiles files = bundle("2013-11", "a network");
    registry.admit(files, "ann");
    Path entry =
        folder.resolve("models/flight-delay/versions/2013-11/" + digest(files) + ".1.json");
    String whole = Files.readString(entry);

    Files.writeString(entry, whole.replace("\"ann\"", "\"bob\""));
    assertThatThrownBy(() -> registry.version(MODEL, "2013-11"))
        .hasMessageContaining("the file " + entry + " is damaged");
    assertThat(registry.verify(Optional.empty()).problems())
        .anyMatch(text -> text.contains("the file " + entry + " is damaged"));

    for (int cut : new int[] {0, 1, whole.length() / 2, whole.length() - 1}) {
      Files.writeString(entry, whole.substring(0, cut));
      assertThat(registry.names()).as("cut to %d", cut).isEmpty();
    }
  }

  @Test
  void an_entry_of_a_newer_format_is_not_guessed_at() throws IOException {
    Registry registry = Fixtures.registry(folder);
    BundleFiles files = bundle("2013-11", "a network");
    registry.admit(files, "ann");
    Path entry =
        folder.resolve("models/flight-delay/versions/2013-11/" + digest(files) + ".1.json");
    String whole = Files.readString(entry);
    String body =
        whole.substring(0, whole.lastIndexOf('\n') + 1).replace("\"format\" : 1", "\"format\" : 2");
    Files.writeString(entry, body + "\"seal\": \"" + Sha256.of(body) + "\"}");

    assertThatThrownBy(() -> registry.version(MODEL, "2013-11"))
        .hasMessageContainingAll("has format 2; this Nightjar reads 1", "or a newer one");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
