package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.faults.check.Checker.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who checks must be seen to find what is wrong: exactly what was seeded, and nothing else. */
class CheckerTest {
  private static final int KEYS = 40;

  private final Checker checker = new Checker("id", "alarm", expected());

  @Test
  void a_right_result_is_right() {
    assertThat(checker.check(right())).isEqualTo(new Verdict(0, 0, 0, 0));
  }

  @Property(tries = 200)
  void seeded_faults_are_found_to_the_row(
      @ForAll @IntRange(max = 10) int lost,
      @ForAll @IntRange(max = 10) int duplicated,
      @ForAll @IntRange(max = 10) int unexpected,
      @ForAll @IntRange(max = 9) int wrong) {
    List<Map<String, Object>> rows = right();
    // Each kind has rows of its own: 0-9 are lost, 10-19 doubled, 20-29 changed.
    List<Map<String, Object>> seeded = new ArrayList<>(rows.subList(lost, rows.size()));
    seeded.addAll(rows.subList(10, 10 + duplicated));
    for (int i = 0; i < unexpected; i++) {
      seeded.add(row("stranger-" + i, "scored", 0.5));
    }
    for (int i = 0; i < wrong; i++) {
      Map<String, Object> changed = rows.get(20 + i);
      if (i % 2 == 0) {
        changed.put("alarm", 0.99f);
      } else {
        changed.put("outcome", "rejected");
      }
    }
    assertThat(new Checker("id", "alarm", expected()).check(seeded))
        .isEqualTo(new Verdict(lost, duplicated, unexpected, wrong));
  }

  @Test
  void it_shares_no_code_with_what_it_checks() throws IOException {
    Path sources =
        Path.of(System.getProperty("nightjar.root"))
            .resolve("jobs/faults/src/test/java/dev/nightjar/faults/check");
    try (Stream<Path> files = Files.list(sources)) {
      assertThat(files)
          .hasSizeGreaterThan(2)
          .allSatisfy(
              file ->
                  assertThat(Files.readString(file))
                      .doesNotContain("import dev.nightjar.")
                      .doesNotContain("org.apache.spark"));
    }
  }

  private static Map<String, Fate> expected() {
    Map<String, Fate> fates = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      fates.put("k" + i, i % 10 == 9 ? Fate.of("rejected") : Fate.scored(i / 100.0));
    }
    return fates;
  }

  private static List<Map<String, Object>> right() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      rows.add(row("k" + i, i % 10 == 9 ? "rejected" : "scored", i / 100.0));
    }
    return rows;
  }

  private static Map<String, Object> row(String id, String outcome, double score) {
    Map<String, Object> row = new HashMap<>();
    row.put("id", id);
    row.put("outcome", outcome);
    if (outcome.equals("scored")) {
      row.put("alarm", (float) score);
    }
    return row;
  }
}
