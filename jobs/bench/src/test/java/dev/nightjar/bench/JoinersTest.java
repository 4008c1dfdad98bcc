package dev.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bench.peer.Joiner;
import dev.nightjar.bench.work.HistoryWork;
import dev.nightjar.bench.worker.JoinWorker;
import dev.nightjar.bench.worker.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Those who join do the same work: the rows that they give are the same. */
class JoinersTest {
  private static final long ROWS = 2_000;
  private static final List<String> SIZES = List.of(Long.toString(ROWS), "50", "20");

  @TempDir private Path folder;

  private static List<String> request(String name, String shape, Joiner... joiners) {
    List<String> words = new ArrayList<>(List.of(name));
    words.addAll(SIZES);
    words.add(shape);
    for (Joiner joiner : joiners) {
      words.add(joiner.word());
    }
    return words;
  }

  @ParameterizedTest
  @ValueSource(strings = {"uniform", "skewed"})
  void allGiveTheSameRows(String shape) {
    JoinWorker worker = new JoinWorker(folder);
    worker.run(request("prepare", shape));

    for (Joiner joiner : Joiner.values()) {
      assertThat(worker.run(request("differing", shape, Joiner.EQUI_JOIN, joiner)))
          .as("%s", joiner)
          .isEqualTo(Map.of("differing", 0.0));
    }
  }

  @Test
  void everyRowIsAnsweredByTheRowThatItsNumberNames() {
    HistoryWork work = new HistoryWork(folder, ROWS, 50, 20, false);
    work.write(Session.open());

    List<Row> rows = Joiner.MERGE.join(Session.open(), work).collectAsList();

    assertThat(rows).hasSize((int) ROWS);
    // Of the view's 1,000 rows nearly all are asked for, and none gives the default.
    assertThat(rows.stream().map(row -> row.getAs("f0")).distinct().count()).isGreaterThan(800);
    assertThat(rows).noneMatch(row -> row.<Double>getAs("f0") == 0.0);
  }
}
