package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static dev.nightjar.registry.Fixtures.bundle;
import static dev.nightjar.registry.Fixtures.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.storage.LocalStorage;
import dev.nightjar.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dead admissions have left is taken away, and nothing of live ones. */
class CollectionTest {
  private static final Instant BEGUN = Fixtures.NOW;
  private static final Instant DEAD = BEGUN.plus(Registry.LONGEST_ADMISSION).plusMillis(1);

  @TempDir Path folder;
  private final BundleFiles files = bundle("2013-11", "a network");

  @Test
  void the_files_of_an_admission_that_died_are_taken_away_by_the_next_a_day_later()
      throws Exception {
    for (int creation = 1; creation <= 4; creation++) {
      BundleFiles dead = bundle("2013-11", "network " + creation);
      assertThat(Crash.inCreation(creation, () -> at(BEGUN).admit(dead, "ann"))).isTrue();
      written(BEGUN);
      Path left = folder.resolve("bundles").resolve(digest(dead)).resolve("1");

      at(DEAD.minusMillis(2)).admit(bundle("2013-" + creation, "x"), "bob");
      assertThat(left).isDirectory();
      at(DEAD).admit(bundle("2014-" + creation, "x"), "bob");
      assertThat(left).doesNotExist();

      Registry registry = at(DEAD);
      assertThat(registry.collect()).isEmpty();
      assertThat(registry.verify(Optional.empty()).leftovers()).isEmpty();
    }
    at(DEAD).admit(bundle("2013-11", "network 1"), "cid");
    assertSound(at(DEAD), bundle("2013-11", "network 1"), "2013-11");
  }

  @Test
  void what_is_whole_stays_however_old_it_is() throws IOException {
    at(BEGUN).admit(files, "ann");
    at(BEGUN).withdraw(MODEL, "2013-11", "wrong", "ann");
    written(BEGUN);

    assertThat(at(DEAD).collect()).isEmpty();
    assertThat(at(DEAD).verify(Optional.empty()).problems()).isEmpty();
  }

  /** Wherever a collector meets a live admission that it takes for dead. */
  @Test
  void an_admission_that_is_alive_all_the_same_is_whole_or_told() throws IOException {
    int refused = 0;
    int[] creation = {0};
    for (int nth = 1; nth <= 6; nth++) {
      int meeting = nth;
      Path place = folder.resolve("registry-" + nth);
      creation[0] = 0;
      Storage storage =
          new HookedStorage(
              new LocalStorage(place),
              file -> {
                if (++creation[0] == meeting) {
                  written(BEGUN, place);
                  registry(new LocalStorage(place), DEAD).collect();
                }
              });
      try {
        registry(storage, BEGUN).admit(files, "ann");
      } catch (RegistryException e) {
        refused++;
        assertThat(e).hasMessageContaining("admit the bundle again");
      }
      Registry after = registry(new LocalStorage(place), BEGUN);
      after.admit(files, "bob");
      assertSound(after, files, "2013-11");
    }
    assertThat(refused).isPositive();
  }

  @Test
  void a_collector_that_died_over_its_work_is_followed_by_the_next() throws Exception {
    assertThat(Crash.inCreation(3, () -> at(BEGUN).admit(files, "ann"))).isTrue();
    written(BEGUN);
    Path left = folder.resolve("bundles").resolve(digest(files)).resolve("1");
    // Over the name: half of it is there.
    assertThat(Crash.inCreation(1, () -> at(DEAD).collect())).isTrue();
    assertThat(left).isDirectory();

    written(BEGUN);
    assertThat(at(DEAD).collect()).containsExactly("bundles/" + digest(files) + "/1");
    assertThat(left).doesNotExist();
  }

  @Test
  void what_is_left_of_a_deletion_that_died_goes_with_the_next() throws Exception {
    assertThat(Crash.inCreation(3, () -> at(BEGUN).admit(files, "ann"))).isTrue();
    written(BEGUN);
    assertThat(at(DEAD).collect()).hasSize(1);
    Path left = folder.resolve("bundles").resolve(digest(files)).resolve("1");
    Files.createDirectories(left);
    Files.writeString(left.resolve("golden.json"), "{}");
    Files.setLastModifiedTime(left, FileTime.from(BEGUN));

    assertThat(at(DEAD).collect()).hasSize(1);
    assertThat(left).doesNotExist();
  }

  @Test
  void a_storage_that_tells_no_times_loses_nothing() throws Exception {
    assertThat(Crash.inCreation(3, () -> at(BEGUN).admit(files, "ann"))).isTrue();
    written(BEGUN);
    Storage silent =
        new Storage() {
          private final Storage local = new LocalStorage(folder);

          @Override
          public String root() {
            return local.root();
          }

          @Override
          public List<String> list(String name) throws IOException {
            return local.list(name);
          }

          @Override
          public Optional<byte[]> read(String file) throws IOException {
            return local.read(file);
          }

          @Override
          public boolean create(String file, byte[] content) throws IOException {
            return local.create(file, content);
          }

          @Override
          public void delete(String name) {
            throw new AssertionError(name + " is deleted");
          }
        };

    assertThat(registry(silent, DEAD).collect()).isEmpty();
  }

  private static void assertSound(Registry registry, BundleFiles files, String version) {
    assertThat(registry.verify(Optional.empty()).problems()).isEmpty();
    assertThat(registry.open(registry.resolve(MODEL + ":" + version)).get(BundleFiles.MODEL))
        .isEqualTo(files.get(BundleFiles.MODEL));
  }

  private Registry at(Instant now) {
    return registry(new LocalStorage(folder), now);
  }

  private static Registry registry(Storage storage, Instant now) {
    return new Registry(
        storage, Clock.fixed(now, ZoneOffset.UTC), List.of(), (bundle, distrusted) -> bundle);
  }

  /** As if all that is there had been written then. */
  private void written(Instant at) {
    written(at, folder);
  }

  private static void written(Instant at, Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.setLastModifiedTime(path, FileTime.from(at));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
