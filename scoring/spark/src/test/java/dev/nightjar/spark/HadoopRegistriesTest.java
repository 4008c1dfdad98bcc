package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.RegistryException;
import dev.nightjar.registry.Resolved;
import dev.nightjar.registry.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries of real bundles on two file systems of Hadoop. */
class HadoopRegistriesTest {
  @TempDir static Path bundles;
  private static BundleFiles first;
  private static BundleFiles second;

  @TempDir Path folder;

  @BeforeAll
  static void pack() {
    TestBundle.write(bundles.resolve("1"), "1");
    TestBundle.write(bundles.resolve("2"), "2");
    first = BundleFiles.read(bundles.resolve("1"));
    second = BundleFiles.read(bundles.resolve("2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "bucket"})
  void a_bundle_is_proven_admitted_promoted_rolled_back_and_scores(String scheme) throws Exception {
    Registry registry = registry(scheme);
    registry.admit(first, "ann");
    registry.admit(second, "ann");
    registry.promote("readings", "1", "champion", "ann", Optional.of(Registry.NOWHERE));
    Resolved resolved = registry.resolve("readings@champion");
    registry.promote("readings", "2", "champion", "ann", Optional.of("1"));
    assertThat(registry.resolve("readings@champion").version()).isEqualTo("2");
    assertThat(registry.rollBack("readings", "champion", "ann").version()).isEqualTo("1");
    assertThat(registry.verify(Optional.empty()).isSound()).isTrue();

    try (SparkSession spark = session()) {
      Scoring scoring = Scoring.of(spark, registry.open(resolved));
      Row row = scoring.score(spark.sql("select 2.0D as x, 'red' as colour")).head();
      assertThat((double) row.<Float>getAs("alarm"))
          .isCloseTo(TestBundle.score(2, true), within(1e-6));
      assertThat(row.<String>getAs("_nightjar_bundle")).isEqualTo(resolved.digest());
    }
  }

  @Test
  void a_bundle_whose_golden_rows_come_out_differently_is_not_admitted() {
    Registry registry = registry("file");
    Map<String, byte[]> files = new TreeMap<>();
    first.names().forEach(name -> files.put(name, first.get(name)));
    files.remove(BundleFiles.MANIFEST);
    String golden = new String(first.get(BundleFiles.GOLDEN), StandardCharsets.UTF_8);
    String changed = golden.replaceFirst("0\\.4[0-9]+", "0.123");
    assertThat(changed).isNotEqualTo(golden);
    files.put(BundleFiles.GOLDEN, changed.getBytes(StandardCharsets.UTF_8));
    files.put(
        BundleFiles.MANIFEST,
        Bundle.check(first).manifest().withDigests(Bundle.digests(files)).toBytes());

    assertThatThrownBy(() -> registry.admit(BundleFiles.of("a changed bundle", files), "eve"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("golden row");
    assertThat(registry.names()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_file_system_without_exclusive_creation_is_read_and_not_written() {
    registry("bucket").admit(first, "ann");
    String place = place("bucket");

    assertThat(HadoopRegistries.at(Bucket.hadoop(false), place).resolve("readings:1").digest())
        .isEqualTo(Bundle.check(first).digest());
    assertThatThrownBy(() -> HadoopRegistries.writable(Bucket.hadoop(false), place))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.REFUSED))
        .hasMessageContainingAll(
            "the registry bucket:",
            "lies on bucket: which has no exclusive creation",
            "use file: or hdfs:",
            "nightjar.exclusive-creation");
    assertThatThrownBy(() -> HadoopRegistries.at(Bucket.hadoop(false), "nobody://knows/this"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContainingAll("nobody://knows/this cannot be reached", "file: or hdfs:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "bucket"})
  void half_a_file_is_passed_over_and_the_next_try_succeeds(String scheme) throws Exception {
    Registry registry = registry(scheme);
    AtomicInteger left = new AtomicInteger();
    // Every file, their list and the flag; then the files are there, and fewer creations are left.
    int creations = first.names().size() + 2;
    int deaths = 0;
    for (int creation = 1; creation <= creations + 1; creation++) {
      left.set(creation);
      try {
        dyingAt(left, () -> registry.admit(first, "ann"));
        break;
      } catch (Failpoint.Injected e) {
        deaths++;
        assertThat(registry.names()).isEmpty();
      }
    }
    assertThat(deaths).isEqualTo(creations);
    left.set(0);
    Version version = registry.admit(first, "ann");
    for (int creation = 1; creation <= 2; creation++) {
      left.set(creation);
      assertThatThrownBy(
              () ->
                  dyingAt(
                      left,
                      () -> registry.promote("readings", "1", "champion", "ann", Optional.empty())))
          .isInstanceOf(Failpoint.Injected.class);
      assertThat(registry.aliases("readings")).isEmpty();
    }
    left.set(0);
    registry.promote("readings", "1", "champion", "ann", Optional.empty());
    assertThat(registry.resolve("readings@champion").digest()).isEqualTo(version.digest());
    assertThat(registry.verify(Optional.empty()).problems()).isEmpty();
  }

  /** Does something and dies with the n-th file half written, n being what is left. */
  private static <T> T dyingAt(AtomicInteger left, Supplier<T> work) {
    return Failpoint.during(
        work,
        point -> {
          if (point == Failpoint.CREATE_HALF_WRITTEN && left.decrementAndGet() == 0) {
            throw new Failpoint.Injected("here");
          }
        });
  }

  @Test
  void of_several_on_one_file_system_of_hadoop_one_moves_the_alias() throws Exception {
    Registry registry = registry("bucket");
    registry.admit(first, "ann");
    registry.admit(second, "ann");
    for (int round = 0; round < 10; round++) {
      String alias = "champion-" + round;
      registry.promote("readings", "1", alias, "ann", Optional.empty());
      List<Callable<Boolean>> racers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Registry own = registry("bucket");
        racers.add(() -> wins(own, alias));
      }
      ExecutorService threads = Executors.newFixedThreadPool(racers.size());
      int won = 0;
      for (Future<Boolean> racer : threads.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
      threads.shutdown();
      assertThat(won).as("round %d", round).isEqualTo(1);
    }
  }

  private static boolean wins(Registry registry, String alias) {
    try {
      registry.promote("readings", "2", alias, "ann", Optional.of("1"));
      return true;
    } catch (RegistryException e) {
      assertThat(e.kind()).isEqualTo(RegistryException.Kind.OVERTAKEN);
      return false;
    }
  }

  private Registry registry(String scheme) {
    return HadoopRegistries.writable(Bucket.hadoop(true), place(scheme));
  }

  private String place(String scheme) {
    return scheme + ":" + folder;
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }
}
