package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.FaultyFileSystem.Mode;
import dev.nightjar.faults.FaultyFileSystem.Op;
import dev.nightjar.faults.Readings.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Results on a file system that fails, lies, or succeeds and then says that it failed. */
@TestInstance(Lifecycle.PER_CLASS)
class FaultyFileSystemTest {
  @TempDir static Path folder;

  private Readings readings;
  private Path old;

  @BeforeAll
  void publishOld() {
    Configuration hadoop = Broken.spark().sparkContext().hadoopConfiguration();
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.set("nightjar.exclusive-creation", "faulty");
    readings = Readings.in(folder);
    old = Broken.publishOld(readings);
  }

  /** The first calls of each operation, and the later ones where a run makes them. */
  static List<Arguments> faults() {
    List<Arguments> faults = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      for (int nth : new int[] {1, 2, 3, 5}) { // probe, claim, a data file, manifest
        faults.add(Arguments.of(Op.CREATE, mode, nth));
      }
      for (int nth : new int[] {5}) {
        faults.add(Arguments.of(Op.CLOSE, mode, nth));
      }
      for (int nth : new int[] {1, 2}) {
        faults.add(Arguments.of(Op.LIST, mode, nth));
      }
      for (int nth : new int[] {1, 4}) {
        faults.add(Arguments.of(Op.OPEN, mode, nth));
      }
      faults.add(Arguments.of(Op.MKDIRS, mode, 1));
      faults.add(Arguments.of(Op.DELETE, mode, 1));
    }
    return faults;
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatever_a_file_system_does_readers_see_the_old_result_or_the_new_one(
      Op op, Mode mode, int nth) {
    String name =
        ("faulty-" + op + "-" + mode.name().replace("_", "-") + "-" + nth).toLowerCase(Locale.ROOT);
    Broken broken = new Broken(readings, name);
    broken.go(
        old,
        () -> {
          FaultyFileSystem.arm(op, mode, nth);
          try {
            return broken.run(name, Version.NEW, "faulty:" + readings.output(name));
          } finally {
            int struck = FaultyFileSystem.disarm() ? 1 : 0;
            Figures.report("file-system-faults-struck", struck, Figures.Better.HIGHER);
            Figures.struck(struck);
          }
        });
    Figures.report("file-system-faults", 1, Figures.Better.HIGHER);
    assertThat(readings.output(name)).isDirectory();
  }
}
