package dev.nightjar.store;

import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** {@link Fillings} of a store in a folder. */
class EmbeddedStoreProperties {
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void a_look_up_is_the_rule_over_all_visible_rows_or_unknown_where_it_must_be(
      @ForAll Random random, @ForAll OnTie onTie, @ForAll NullPolicy nulls, @ForAll Keeping keeping)
      throws IOException {
    Path folder = Files.createTempDirectory("nightjar-store");
    try {
      new Fillings(random, onTie, nulls, keeping)
          .check(views -> EmbeddedStore.write(folder, views));
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
