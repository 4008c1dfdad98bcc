package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Lease;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Renewal;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.result.RunRecord.Status;
import dev.nightjar.run.TestProject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nightjar runs show | resolve | cancel}, on files and a ledger as runs leave them. */
class RunsCommandsTest {
  private static final String DAY = TestProject.DAY;
  private static final Instant START = Instant.parse("2024-03-05T00:00:00Z");
  private static final Instant END = Instant.parse("2024-03-06T00:00:00Z");
  private static final Instant RAN = Instant.parse("2024-03-06T04:30:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private ResultStore store;

  @BeforeEach
  void write() {
    TestProject.withoutBundle(folder);
    store = ResultStore.at(new Configuration(), folder.resolve("out/readings").toString());
  }

  @Test
  void show_tells_all_of_the_last_attempt_or_of_the_one_that_is_named() throws IOException {
    published(1);
    record(refused(store.claim(DAY, "test")));

    Shell.Ended last = ends(0, "runs show readings --interval " + DAY);
    assertThat(lines(last.out()))
        .contains(
            "readings · 2024-03-05 · attempt 2",
            "outcome not-published: it has ended and left no complete manifest; readers see attempt"
                + " 1",
            "readers see attempt 1",
            "ended refused: 3 of 6 rows are rejected (limits.rejected-rows: 2)",
            "time 2024-03-06T04:30:00Z to 2024-03-06T04:30:09Z",
            "rows 6 in = 2 scored + 1 filtered + 3 rejected",
            "unassigned 1 rows without a time",
            "rejected 2 at contract, x: '-5.0' is outside the range [0.0, 100.0]",
            "1 at join, weather: two rows at 2024-03-05T06:00:00Z",
            "flags no-row:weather 1",
            "steps preflight 0.3 s",
            "score 1.2 s",
            "model readings:1, as readings@champion",
            "engine onnx on cpu",
            "input data/readings.csv, 1 files of 1,234 bytes (id, at)",
            "views weather: data/weather.csv, 2 files of 99 bytes (temp)",
            "files data/2024-03-05/2",
            "digests input aaaa",
            "bundle cccc",
            "view weather dddd",
            "computed by Nightjar 0.1 · Spark 4.1.3 · Java 17",
            "warning a file was added meanwhile");
    assertThat(last.err()).isEmpty();

    assertThat(lines(ends(0, "runs show readings --interval 2024-03-05 --attempt 1").out()))
        .contains(
            "outcome published: its manifest is complete, and none is higher",
            "record the record is unreadable: there is none; its result is published, and its"
                + " process died before it wrote one");

    JsonNode json =
        JSON.readTree(ends(0, "runs show readings --interval " + DAY + " --json").out());
    assertThat(json.get("attempt").asLong()).isEqualTo(2);
    assertThat(json.get("visible").asLong()).isEqualTo(1);
    assertThat(json.get("outcome").asText()).isEqualTo("not-published");
    assertThat(json.at("/record/ending/status").asText()).isEqualTo("refused");
    assertThat(json.has("slot")).isFalse();
  }

  @Test
  void show_of_what_is_not_there_names_what_is() {
    Shell.Ended never = ends(1, "runs show readings --interval " + DAY);
    assertThat(never.err())
        .contains("2024-03-05", "was never run", "nightjar run readings --interval 2024-03-05");
    published(1);
    assertThat(ends(1, "runs show readings --interval 2024-03-05 --attempt 7").err())
        .contains("attempt", "7", "its attempts are 1");
    assertThat(ends(2, "runs show readings --interval today").err()).contains("'today'");
    assertThat(ends(2, "runs show readings").err()).contains("--interval");
    assertThat(ends(2, "runs show reading --interval " + DAY).err()).contains("did you mean");
  }

  @Test
  void show_tells_where_the_interval_stands_in_the_ledger() throws IOException {
    record(refused(store.claim(DAY, "test")));
    Ledger ledger = ledger();
    Slot slot = request(ledger);
    Lease lease = take(ledger, slot, RAN);
    ledger.settle(
        slot,
        lease,
        new Ending(SlotState.REFUSED, RAN, "a limit", OptionalLong.of(3), OptionalLong.empty()),
        RAN.plusSeconds(10));

    assertThat(lines(ends(0, "runs show readings --interval " + DAY).out()))
        .contains(
            "slot refused since 2024-03-06T04:30:10Z, by schedule: a limit",
            "tries node-1, 2024-03-06T04:30:00Z to 2024-03-06T04:30:10Z, exit 3: a limit");
    JsonNode json =
        JSON.readTree(ends(0, "runs show readings --interval " + DAY + " --json").out());
    assertThat(json.at("/slot/state").asText()).isEqualTo("refused");
    assertThat(json.at("/tries/0/exit").asInt()).isEqualTo(3);

    Files.writeString(folder.resolve("ledger/nightjar.db"), "no database".repeat(200));
    Shell.Ended broken = ends(1, "runs show readings --interval " + DAY);
    assertThat(broken.out()).contains("ended", "refused");
    assertThat(broken.err())
        .startsWith("nightjar: the ledger " + folder.resolve("ledger/nightjar.db") + " cannot be");
    assertThat(broken.err().lines()).hasSize(1);
  }

  @Test
  void resolve_makes_known_what_drivers_could_not_tell() throws Exception {
    assertThat(ends(0, "runs resolve readings").out())
        .contains("every attempt at readings says itself how it ended");
    published(1);
    record(
        RunRecord.of("readings", DAY, 1, RAN)
            .ended(RAN, RunRecord.Ending.of(Status.UNKNOWN, "cannot be told")));
    store.claim(DAY, "pid 7 of nina");
    killDriver(2);

    Shell.Ended known = ends(0, "runs resolve readings");
    assertThat(known.out().lines().toList())
        .hasSize(2)
        .element(0)
        .isEqualTo(
            "2024-03-05 attempt 1: published and durable; its manifest is complete, and none is"
                + " higher");
    assertThat(known.out().lines().toList().get(1))
        .startsWith("2024-03-05 attempt 2: not published; its driver, pid 7 of nina on ")
        .endsWith(" has died; readers see attempt 1");
    assertThat(known.err()).isEmpty();

    store.claim("2024-03-06", "pid 8 of nina");
    Shell.Ended unknown = ends(5, "runs resolve readings --interval 2024-03-06");
    assertThat(unknown.out())
        .startsWith("2024-03-06 attempt 1: running; its driver, pid 8 of nina on ");
    assertThat(unknown.err())
        .contains("what becomes of one attempt is not known yet; ask again when its driver");
    ends(0, "runs resolve readings --interval 2024-03-05");
    List<String> json = ends(5, "runs resolve readings --json").out().lines().toList();
    assertThat(json).hasSize(3);
    assertThat(JSON.readTree(json.get(1)).get("outcome").asText()).isEqualTo("not-published");
  }

  @Test
  void resolve_brings_the_ledger_to_what_the_files_say() throws IOException {
    Ledger ledger = ledger();
    Slot slot = request(ledger);
    Lease lease = take(ledger, slot, RAN);
    ledger.settle(
        slot,
        lease,
        new Ending(SlotState.UNKNOWN, RAN, "exit 5", OptionalLong.of(5), OptionalLong.empty()),
        RAN);
    published(1);

    Shell.Ended ended = ends(0, "runs resolve readings");

    assertThat(ended.err().lines().toList())
        .containsExactly(
            "ledger: 2024-03-05 was unknown and is published as attempt 1",
            "ledger: "
                + folder.resolve("ledger/nightjar.db")
                + " now says what the files say of 1"
                + " attempt");
    assertThat(ledger.slot("readings", DAY).orElseThrow().state()).isEqualTo(SlotState.PUBLISHED);
    assertThat(ends(0, "runs resolve readings").err()).contains(" says what the files say");

    deleteLedger();
    ledger();
    assertThat(ends(0, "runs resolve readings").err())
        .contains("ledger: 2024-03-05 is published as attempt 1");
    assertThat(ledger.slot("readings", DAY).orElseThrow().token()).hasValue(1);
  }

  @Test
  void cancel_goes_through_the_ledger_and_says_what_comes_of_it() {
    String line = "runs cancel readings --interval " + DAY;
    assertThat(ends(2, line).err())
        .contains("there is no ledger of this project", "ends by Ctrl-C or kill");
    Ledger ledger = ledger();
    assertThat(ends(2, line).err())
        .contains("there is nothing to cancel: readings 2024-03-05 is not in the ledger");

    Slot slot = request(ledger);
    assertThat(ends(0, line).out())
        .contains("readings 2024-03-05 is cancelled and will not be run");
    assertThat(ledger.slot("readings", DAY).orElseThrow().reason())
        .isEqualTo("cancelled by " + System.getProperty("user.name"));
    assertThat(ends(2, line).err()).contains("readings 2024-03-05 is cancelled since ");

    request(ledger);
    Instant now = Instant.now();
    Lease lease = take(ledger, slot, now);
    assertThat(ends(0, line).out())
        .contains("readings 2024-03-05: node-1 stops the run as soon as it renews its lease");
    assertThat(ledger.renew(slot, lease, now.plusSeconds(60))).isEqualTo(Renewal.CANCEL_ASKED);
  }

  @Test
  void runs_of_a_job_is_as_it_was_and_misplaced_words_are_told() {
    published(1);
    assertThat(ends(0, "runs readings").out()).contains("2024-03-05", "yes");
    assertThat(ends(0, "runs readings --interval 2024-03-05 --json").out()).contains("\"token\"");
    assertThat(shell.run("runs", "--project", folder.toString(), "readings").exit()).isZero();

    assertThat(shell.run("runs").exit()).isEqualTo(2);
    assertThat(shell.run("runs").err())
        .startsWith("nightjar: Missing required parameter: 'JOB'")
        .contains("see: nightjar runs --help");
    Shell.Ended before =
        shell.run("runs", "--project", folder.toString(), "show", "readings", "--interval", DAY);
    assertThat(before.exit()).isEqualTo(2);
    assertThat(before.err())
        .contains("write job and options behind 'show': nightjar runs show JOB");
    assertThat(ends(2, "runs readings further").err()).contains("'further'");
    assertThat(shell.run("runs", "--help").out())
        .contains("show", "resolve", "cancel", "--collect");
    assertThat(shell.run("runs", "resolve", "--help").out()).contains("--interval");
  }

  /** Commands are started without what only a ledger's database needs. */
  @Test
  void files_alone_are_told_where_the_libraries_of_a_database_are_missing() throws Exception {
    published(1);
    record(
        RunRecord.of("readings", DAY, 1, RAN)
            .ended(RAN, RunRecord.Ending.of(Status.UNKNOWN, "cannot be told")));

    assertThat(withoutDatabase("resolve"))
        .startsWith("0: 2024-03-05 attempt 1: published and durable;");

    ledger();
    assertThat(withoutDatabase("show"))
        .startsWith("0: readings · 2024-03-05 · attempt 1")
        .contains("is left out: the libraries of its database (lib/schedule) are not on the class")
        .doesNotContain("slot");
    assertThat(withoutDatabase("cancel"))
        .startsWith("2: ")
        .contains("the ledger cannot be asked from here, so nothing is cancelled");
  }

  private String withoutDatabase(String command) throws Exception {
    String classes =
        Stream.of(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(jdbi3|flyway|sqlite-jdbc)[^/]*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dfile.encoding=UTF-8",
                "-cp",
                classes,
                Main.class.getName(),
                "runs",
                command,
                "readings",
                "--interval",
                DAY,
                "--project",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + ": " + told;
  }

  private Shell.Ended ends(int exit, String line) {
    Shell.Ended ended =
        shell.run(
            Stream.concat(Stream.of(line.split(" ")), Stream.of("--project", folder.toString()))
                .toArray(String[]::new));
    assertThat(ended.exit()).as(ended.all()).isEqualTo(exit);
    UsageTest.assertReadable(ended);
    return ended;
  }

  private static List<String> lines(String out) {
    return out.lines().map(line -> line.strip().replaceAll(" {2,}", " ")).toList();
  }

  private Ledger ledger() {
    return Ledger.open(new LedgerPlace.File(folder.resolve("ledger/nightjar.db")));
  }

  private void deleteLedger() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("ledger"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static Slot request(Ledger ledger) {
    Slot slot = Slot.due("readings", DAY, START, END, Cause.SCHEDULE, RAN);
    assertThat(ledger.request(slot)).isTrue();
    return slot;
  }

  private static Lease take(Ledger ledger, Slot slot, Instant now) {
    return ledger
        .take(slot, "node-1", now, Duration.ofSeconds(2), now.plusSeconds(60), 1, UUID.randomUUID())
        .orElseThrow();
  }

  private void published(long token) {
    assertThat(store.claim(DAY, "test")).isEqualTo(token);
    store.publish(
        new Manifest(
            "readings",
            DAY,
            START,
            END,
            token,
            RAN,
            new Manifest.BundleName("c0ffee", "readings 1", "onnx", "cpu"),
            KeyDigest.EMPTY,
            new Manifest.Schemas(new StructType(), new StructType()),
            List.of()));
  }

  private void killDriver(long token) throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path claim = folder.resolve("out/readings/_nightjar/claims/" + DAY + "/" + token);
    Files.writeString(
        claim, Files.readString(claim).replaceAll("\"pid\" : \\d+", "\"pid\" : " + ended.pid()));
  }

  private void record(RunRecord record) {
    store.record(record);
  }

  private static RunRecord refused(long token) {
    return RunRecord.of("readings", DAY, token, RAN)
        .counts(new RunRecord.Counts(6, 2, 1, 3, 1))
        .rejections(
            List.of(
                new RunRecord.Rejections(
                    "contract", "x", "'-5.0' is outside the range [0.0, 100.0]", 2),
                new RunRecord.Rejections("join", "weather", "two rows at 2024-03-05T06:00:00Z", 1)))
        .flags(Map.of("no-row:weather", 1L))
        .step("preflight", 0.3)
        .step("score", 1.2)
        .digests(new RunRecord.Digests("aaaa", "bbbb", "cccc", Map.of("weather", "dddd"), Map.of()))
        .lineage(
            new RunRecord.Lineage(
                new RunRecord.Origin("data/readings.csv", 1, 1234, List.of("id", "at")),
                Map.of("weather", new RunRecord.Origin("data/weather.csv", 2, 99, List.of("temp"))),
                "data/2024-03-05/" + token))
        .model(new RunRecord.Model("readings@champion", "readings", "1", 4L))
        .placement("onnx", "cpu")
        .versions(new RunRecord.Versions("0.1", "4.1.3", "17"))
        .warning("a file was added meanwhile")
        .ended(
            RAN.plusSeconds(9),
            RunRecord.Ending.of(
                Status.REFUSED, "3 of 6 rows are rejected (limits.rejected-rows: 2)"));
  }
}
