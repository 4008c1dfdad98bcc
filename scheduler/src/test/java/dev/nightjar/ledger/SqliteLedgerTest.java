package dev.nightjar.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ledger.LedgerException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger in a file. */
class SqliteLedgerTest extends LedgerContract {
  @TempDir Path folder;
  private int ledgers;

  @Override
  LedgerPlace empty() {
    return new LedgerPlace.File(folder.resolve("ledger/nightjar" + ++ledgers + ".db"));
  }

  @Test
  void its_clock_is_that_of_this_machine() {
    assertThat(ledger.now()).isEmpty();
  }

  @Test
  void two_processes_share_a_new_one() throws Exception {
    Path file = folder.resolve("shared.db");
    List<Process> others = List.of(other(file, "a"), other(file, "b"));
    List<String> taken = new ArrayList<>();
    for (Process one : others) {
      String out = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(one.waitFor()).as(out).isZero();
      out.lines().filter(line -> line.startsWith("took ")).forEach(taken::add);
    }
    assertThat(taken).hasSize(9).doesNotHaveDuplicates();
    assertThat(Ledger.open(new LedgerPlace.File(file)).open())
        .extracting(slot -> "took " + slot.interval())
        .containsExactlyInAnyOrderElementsOf(taken);
  }

  private static Process other(Path file, String node) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Taker.class.getName(),
            file.toString(),
            node)
        .redirectErrorStream(true)
        .start();
  }

  /** Takes what it can of nine slots, as a process of its own. */
  static final class Taker {
    private Taker() {}

    public static void main(String[] arguments) {
      Ledger ledger = Ledger.open(new LedgerPlace.File(Path.of(arguments[0])));
      List<Slot> slots = IntStream.rangeClosed(1, 9).mapToObj(LedgerContract::due).toList();
      slots.forEach(ledger::request);
      for (Slot slot : slots) {
        if (take(ledger, slot, arguments[1], NOON, 9).isPresent()) {
          System.out.println("took " + slot.interval());
        }
      }
    }
  }

  @Test
  void one_that_was_taken_away_is_missed_and_not_begun_anew() throws IOException {
    Path file = ((LedgerPlace.File) ledger.place()).path();
    ledger.request(due(5));
    Path aside = folder.resolve("aside.db");
    Files.move(file, aside);

    assertThatThrownBy(() -> ledger.takeable(NOON, MARGIN))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageStartingWith("the ledger " + file + " does not answer: ")
        .hasMessageContaining("unable to open database file")
        .hasMessageEndingWith("check that the database runs and can be reached from here");
    assertThat(file).doesNotExist();

    Files.move(aside, file);
    assertThat(ledger.takeable(NOON, MARGIN)).hasSize(1);
  }

  @Test
  void a_place_where_none_can_be_made_and_a_file_that_is_none_are_told() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "not a database at all".repeat(99));
    assertThatThrownBy(() -> Ledger.open(new LedgerPlace.File(text.resolve("nightjar.db"))))
        .isInstanceOf(LedgerException.class)
        .hasMessageStartingWith("the ledger " + text.resolve("nightjar.db") + " cannot be made: ")
        .hasMessageEndingWith(
            "make its folder writable, or name another place (ledger in conf/project.yaml)");
    assertThatThrownBy(() -> Ledger.open(new LedgerPlace.File(text)))
        .isInstanceOf(LedgerException.class)
        .hasMessageStartingWith("the ledger " + text + " cannot be opened: ")
        .hasMessageContaining("not a database");
    assertThat(text).content().startsWith("not a database at all");
  }
}
