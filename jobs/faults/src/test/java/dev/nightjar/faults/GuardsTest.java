package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.dl4j.GuardedBundles;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.fault.Guard;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.result.ResultStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a guard left out a promise is broken; with it in place, by the same course, it is not. */
@TestInstance(Lifecycle.PER_CLASS)
class GuardsTest {
  @TempDir static Path folder;

  private Readings readings;
  private Path old;

  /** For each guard, a course of events that ends as promised, or not. */
  private final Map<Guard, BooleanSupplier> kept = new EnumMap<>(Guard.class);

  private int cases;

  @BeforeAll
  void describe() {
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
    kept.put(Guard.TOKEN, this::theNewerResultIsSeen);
    kept.put(
        Guard.READ_BACK, () -> exitWith(Failpoint.PUBLISH_AFTER_WRITE, this::publishBeside) == 4);
    kept.put(Guard.NEWER_CLAIM, () -> exitWith(Failpoint.VERIFY_DONE, this::claimBeside) == 4);
    kept.put(Guard.EXCLUSIVE_CREATION, this::oneOfTwoCreates);
    kept.put(Guard.MANIFEST_DIGEST, this::halfAManifestIsPassedOver);
    kept.put(Guard.FILE_LENGTHS, () -> exitWith(Failpoint.VERIFY_DONE, this::cutFiles) == 1);
    kept.put(Guard.CONSERVATION, this::aRowTooManyIsRefused);
    kept.put(
        Guard.INPUT_UNCHANGED, () -> exitWith(Failpoint.JOB_AFTER_COMMIT, this::changeInput) == 3);
    kept.put(Guard.PAGE_CHECKSUMS, this::aFlippedBitIsNoticed);
    for (Guard guard : GuardedBundles.GUARDS) {
      kept.put(guard, () -> GuardedBundles.isRefused(guard, folder));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_promise_holds_with_its_guard_and_not_without_it(Guard guard) {
    BooleanSupplier course = kept.get(guard);
    Figures.report("guards", 1, Figures.Better.HIGHER);
    Figures.atMost(0, "guards-without-a-failing-test", course == null ? 1 : 0);
    assertThat(course).as("a course for the guard " + guard).isNotNull();
    assertThat(course.getAsBoolean()).as("kept with " + guard).isTrue();
    assertThat(without(guard, course)).as("kept without " + guard).isFalse();
  }

  @Test
  void every_guard_has_a_property_of_its_own() {
    assertThat(Guard.values())
        .extracting(Guard::property)
        .doesNotHaveDuplicates()
        .allMatch(property -> property.matches("nightjar[.]test[.]skip-[a-z-]+"));
  }

  private static boolean without(Guard guard, BooleanSupplier course) {
    System.setProperty(guard.property(), "true");
    try {
      return course.getAsBoolean();
    } finally {
      System.clearProperty(guard.property());
    }
  }

  /** The exit of a run in which something happens once, at a failpoint. */
  private int exitWith(Failpoint at, java.util.function.Consumer<String> event) {
    String name = "guards-" + cases++;
    readings.copyOutput(old, name);
    boolean[] done = {false};
    return Failpoint.during(
        () -> new Broken(readings, name).run(Version.NEW),
        point -> {
          if (point == at && !done[0]) {
            done[0] = true;
            event.accept(name);
          }
        });
  }

  private boolean theNewerResultIsSeen() {
    String name = "guards-" + cases++;
    readings.copyOutput(old, name);
    Broken broken = new Broken(readings, name);
    return broken.run(Version.NEW) == 0
        && store(name).current(Readings.DAY).orElseThrow().token() == 2;
  }

  private void publishBeside(String name) {
    FutureTask<Integer> other = new FutureTask<>(() -> new Broken(readings, name).run(Version.NEW));
    new Thread(other, "the run beside").start();
    try {
      assertThat(other.get()).isZero();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void claimBeside(String name) {
    store(name).claim(Readings.DAY, "somebody who is about to publish");
  }

  private boolean oneOfTwoCreates() {
    dev.nightjar.storage.Storage storage =
        new dev.nightjar.storage.LocalStorage(folder.resolve("creation-" + cases++));
    try {
      return storage.create("claims/1", new byte[] {1}) && !storage.create("claims/1", new byte[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean halfAManifestIsPassedOver() {
    String name = "guards-" + cases++;
    readings.copyOutput(old, name);
    Path published = readings.output(name).resolve("_nightjar/published/" + Readings.DAY);
    try {
      byte[] whole = Files.readAllBytes(published.resolve("1.json"));
      Files.write(published.resolve("2.json"), java.util.Arrays.copyOf(whole, whole.length / 2));
      return store(name).current(Readings.DAY).orElseThrow().token() == 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      return false;
    }
  }

  private void cutFiles(String name) {
    Path attempt = readings.output(name).resolve("data/" + Readings.DAY + "/2");
    try (Stream<Path> files = Files.walk(attempt)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The audit reads another input than was scored, and nobody looks at the files themselves. */
  private boolean aRowTooManyIsRefused() {
    boolean[] refused = {false};
    without(
        Guard.INPUT_UNCHANGED,
        () -> {
          refused[0] = exitWith(Failpoint.JOB_AFTER_COMMIT, this::addRow) == 3;
          return true;
        });
    return refused[0];
  }

  private void addRow(String name) {
    edit(text -> text + "extra," + Readings.DAY + "T05:30:00Z,1,red,s0\n");
  }

  private void changeInput(String name) {
    edit(text -> text.replace("r1," + Readings.DAY, "r1 ," + Readings.DAY));
    edit(text -> text.replace("r1 ,", "r1,"));
  }

  private void edit(java.util.function.UnaryOperator<String> change) {
    Path input = folder.resolve("data/new.csv");
    try {
      Files.writeString(input, change.apply(Files.readString(input)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Any bits of a page make some number, so nothing but the checksum tells that one flipped. */
  private boolean aFlippedBitIsNoticed() {
    Path home = folder.resolve("flips-" + cases++);
    Broken.spark()
        .range(100)
        .selectExpr("id", "id + 0.625D x")
        .coalesce(1)
        .write()
        .option("compression", "uncompressed")
        .option("parquet.enable.dictionary", "false")
        .parquet(home.resolve("written").toString());
    try (Stream<Path> files = Files.list(home.resolve("written"))) {
      // Without the sidecar of Hadoop's local files, which is no part of Parquet.
      Path file = Files.createDirectories(home.resolve("in")).resolve("a.parquet");
      Files.move(files.filter(f -> f.toString().endsWith(".parquet")).findFirst().get(), file);
      // Neither the least nor the greatest value: those stand in statistics too.
      flipBitOf(50.625, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (TableReader tables = new TableReader(Broken.spark(), home.toString())) {
      tables.read(Source.parquet("in"), Map.of(), Map.of()).selectExpr("sum(x)").head();
      return false; // and the sum is another one
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      return TableException.in(e).isPresent();
    }
  }

  private static void flipBitOf(double value, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (bytes.getDouble(at) != value) {
      at++;
    }
    bytes.put(at, (byte) (bytes.get(at) ^ 1));
    Files.write(file, bytes.array());
  }

  private ResultStore store(String name) {
    return ResultStore.at(new Configuration(), readings.output(name).toString());
  }
}
