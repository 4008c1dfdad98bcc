package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ParityCertificate;
import dev.nightjar.result.Replayed;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.Quarantine.OfInterval;
import dev.nightjar.run.Quarantine.Rejected;
import dev.nightjar.run.Quarantine.Shown;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rejected rows of a published result: row 6 by its value, row 9 by a tie in the view. */
class QuarantineTest {
  private static final String INPUT = "data/readings.csv";
  private static final String VIEW = "data/weather.csv";
  private static final String TIED = "d,2024-03-05T07:00:00Z,2.0\n";

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void publish() {
    project = TestProject.in(folder);
    project.replace(
        VIEW, "b,2024-03-05T08", "d,2024-03-05T07:00:00Z,1.0\n" + TIED + "b,2024-03-05T08");
    project.replace(INPUT, "7,2024-03-06", "9,2024-03-05T08:00:00Z,10,red,d\n7,2024-03-06");
    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @Test
  void rejected_rows_are_listed_by_reason_and_shown_with_what_the_files_hold() {
    project.replace("conf/jobs/readings.yaml", "sample: 0", "sample: 10");
    project.replace("data/readings.csv", "7,2024-03-06T08", "7,2024-03-07T08");
    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
    List<OfInterval> listed = Quarantine.list(store());
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).manifest().token()).isEqualTo(2);
    assertThat(listed.get(0).reasons())
        .extracting(r -> r.count() + " " + r.stage() + " " + r.field())
        .containsExactly("1 contract x", "1 join weather");

    Shown all = shown(Optional.empty(), Optional.empty(), 1);
    assertThat(all.matching()).isEqualTo(2);
    assertThat(all.rows()).hasSize(1);
    Shown some = shown(Optional.of(Stage.CONTRACT), Optional.of("x"), 9);
    assertThat(some.matching()).isEqualTo(1);
    Rejected row = some.rows().get(0);
    assertThat(row.key()).isEqualTo(Map.of("id", "6"));
    assertThat(row.why())
        .isEqualTo(new Rejection(Stage.CONTRACT, "x", "'-5.0' is outside the range [0.0, 100.0]"));
    assertThat(row.values())
        .isEqualTo(Map.of("station", "a", "x", "-5", "colour", "red", "temp", 12.0));
    assertThat(row.run()).isEqualTo("readings/2024-03-05/2");
    assertThat(shown(Optional.of(Stage.CONTRACT), Optional.of("weather"), 9).matching()).isZero();
  }

  @Test
  void after_a_fix_of_the_view_its_rows_join_the_result_once() {
    Manifest first = store().requireCurrent(TestProject.DAY);
    assertThat(replay(false))
        .isEqualTo(
            new ReplayResult.Nothing(
                "2 rows were scored again and came out as before: nothing is changed"));

    project.replace(VIEW, TIED, "");
    ReplayResult tried = replay(true);
    assertThat(tried).isInstanceOf(ReplayResult.Tried.class);
    assertThat(store().requireCurrent(TestProject.DAY)).isEqualTo(first);
    assertThat(store().records(TestProject.DAY)).hasSize(1); // neither has claimed anything

    ReplayResult.Ran ran = ran(replay(false));
    assertThat(ran.tally()).isEqualTo(((ReplayResult.Tried) tried).tally());
    assertThat(ran.result().exit()).isEqualTo(ExitCode.PUBLISHED);
    RunRecord record = ran.result().record();
    assertThat(record.replay()).isEqualTo(new Replayed(1, 5, 2));
    assertThat(record.counts()).isEqualTo(new RunRecord.Counts(7, 5, 1, 1, 1));
    Manifest second = store().requireCurrent(TestProject.DAY);
    assertThat(second.token()).isEqualTo(2);
    assertThat(second.keys()).isEqualTo(first.keys());
    assertThat(second.files())
        .allSatisfy(file -> assertThat(file.path()).startsWith("data/2024-03-05/2/"));
    Map<String, Row> rows = rows();
    assertThat(rows.keySet()).containsExactlyInAnyOrder("1", "2", "3", "4", "5", "6", "9");
    Row mended = Objects.requireNonNull(rows.get("9"));
    assertThat(RowWay.outcome(mended)).isEqualTo(Outcome.SCORED);
    assertThat(mended.<Float>getAs("alarm"))
        .isCloseTo((float) TestProject.score(10, true, 1), within(1e-6f));
    assertThat(run(rows, "9")).isEqualTo("readings/2024-03-05/2");
    assertThat(run(rows, "6")).isEqualTo("readings/2024-03-05/2");
    assertThat(run(rows, "1")).isEqualTo("readings/2024-03-05/1");

    assertThat(replay(false))
        .isEqualTo(
            new ReplayResult.Nothing(
                "1 row was scored again and came out as before: nothing is changed"));
    RowExplanation taken = runner().explain(project.job(), project.interval(), "1");
    assertThat(taken.isAsPublished()).isTrue();
    assertThat(taken.changes())
        .extracting(RowExplanation.Change::what)
        .containsExactly("listing of view weather"); // since the run that has scored it
  }

  @Test
  @Tag("soak")
  void after_a_fix_of_the_input_rows_only_those_may_have_changed() {
    project.replace(INPUT, "6,2024-03-05T13:00:00Z,-5", "6,2024-03-05T13:00:00Z,5");
    project.replace(INPUT, "2,2024-03-05T10:00:00Z,20", "2,2024-03-05T10:00:00Z,70");
    assertThatThrownBy(() -> replay(false))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the input of 2024-03-05 is another than when attempt 1 was published, also in rows"
                + " that were not rejected: id=2 would come out otherwise. A replay would mix two"
                + " states; score the interval anew: nightjar run readings --interval 2024-03-05");
    project.replace(INPUT, "2,2024-03-05T10:00:00Z,70", "2,2024-03-05T10:00:00Z,20");
    project.replace(INPUT, "3,2024", "33,2024-03-05T12:00:00Z,1,red,a\n3,2024");
    assertThatThrownBy(() -> replay(false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("has other rows than attempt 1 has published: 8 now, 7 then")
        .hasMessageContaining("such as id=33");
    project.replace(INPUT, "33,2024-03-05T12:00:00Z,1,red,a\n", "");

    ReplayResult.Ran ran = ran(replay(false));

    assertThat(ran.result().record().counts()).isEqualTo(new RunRecord.Counts(7, 5, 1, 1, 1));
    assertThat(rows().get("6").<Float>getAs("alarm"))
        .isCloseTo((float) TestProject.score(5, true, 12), within(1e-6f));
    assertThat(run(rows(), "2")).isEqualTo("readings/2024-03-05/1");
  }

  @Test
  @Tag("soak")
  void a_replay_by_a_new_bundle_is_proved_by_its_own_rows_and_each_row_says_who_scored_it() {
    Bundle second = project.writeBundle("packed", "2");
    project.replace("conf/jobs/readings.yaml", "bundles/readings", "packed");
    project.replace("conf/jobs/readings.yaml", "sample: 0", "sample: 10");
    project.replace(VIEW, TIED, "");
    String first = store().requireCurrent(TestProject.DAY).bundle().digest();

    RunRecord record = ran(replay(false)).result().record();

    assertThat(record.ending().status()).isEqualTo(RunRecord.Status.PUBLISHED);
    assertThat(record.digests().bundle()).isEqualTo(second.digest()).isNotEqualTo(first);
    // Row 9 is mended, row 6 is rejected as before; the five others are not scored again.
    assertThat(record.parity().rows()).isEqualTo(new ParityCertificate.Rows(1, 0, 1));
    assertThat(record.parity().withoutReference()).isNull();
    assertThat(record.parity().comparisons())
        .hasSize(2)
        .allSatisfy(comparison -> assertThat(comparison.rows()).isEqualTo(2))
        .allSatisfy(comparison -> assertThat(comparison.differing()).isZero());
    assertThat(bundle("9")).isEqualTo(second.digest());
    assertThat(bundle("1")).isEqualTo(first);
    RowExplanation mended = runner().explain(project.job(), project.interval(), "9");
    assertThat(mended.by().bundle()).isEqualTo(second.digest());
    assertThat(mended.isAsPublished()).isTrue();
  }

  private String bundle(String id) {
    return Objects.requireNonNull(rows().get(id)).getAs(ReservedColumns.BUNDLE);
  }

  @Test
  @Tag("soak")
  void a_row_that_had_no_key_is_replayed_under_the_one_it_has_got() {
    project.replace(INPUT, "9,2024-03-05T08:00:00Z,10,red,d", ",2024-03-05T08:00:00Z,10,red,a");
    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);
    project.replace(INPUT, "\n,2024", "\n1,2024"); // the key of a row that was scored

    ReplayResult.Ran ran = ran(replay(false));

    assertThat(ran.result().exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(ran.result().record().replay()).isEqualTo(new Replayed(2, 4, 3));
    assertThat(ran.result().record().counts()).isEqualTo(new RunRecord.Counts(7, 5, 1, 1, 1));
  }

  @Test
  void who_publishes_meanwhile_supersedes_it_and_nothing_rejected_is_nothing_to_do() {
    project.replace(VIEW, TIED, "");
    long before = store().claim(TestProject.DAY, "an attempt that began before");
    AtomicBoolean once = new AtomicBoolean();
    ReplayResult.Ran overtaken =
        ran(
            Failpoint.during(
                () -> replay(false),
                point -> {
                  if (point == Failpoint.INPUT_SNAPSHOT && once.compareAndSet(false, true)) {
                    publishEmpty(before);
                  }
                }));
    assertThat(overtaken.result().exit()).isEqualTo(ExitCode.SUPERSEDED);
    assertThat(overtaken.result().record().ending().reason())
        .isEqualTo(
            "attempt 2 has published meanwhile, and this replay was of attempt 1; its result"
                + " stands, replay that");
    assertThat(store().requireCurrent(TestProject.DAY).token()).isEqualTo(before);

    assertThat(replay(false))
        .isEqualTo(
            new ReplayResult.Nothing(
                "no row of the result of 2024-03-05 is rejected: there is nothing to replay"));
  }

  private void publishEmpty(long token) {
    Manifest first = store().requireCurrent(TestProject.DAY);
    store()
        .publish(
            new Manifest(
                first.job(),
                first.interval(),
                first.start(),
                first.end(),
                token,
                first.created(),
                first.bundle(),
                first.keys(),
                first.schema(),
                List.of()));
  }

  private ReplayResult replay(boolean dryRun) {
    return runner().replay(project.job(), project.interval(), dryRun);
  }

  private static ReplayResult.Ran ran(ReplayResult result) {
    assertThat(result).isInstanceOf(ReplayResult.Ran.class);
    return (ReplayResult.Ran) result;
  }

  private Shown shown(Optional<Stage> stage, Optional<String> field, int limit) {
    return runner().quarantine(project.job(), project.interval(), stage, field, limit);
  }

  private static JobRunner runner() {
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE);
  }

  private ResultStore store() {
    return ResultStore.at(new Configuration(), folder.resolve("out/readings").toString());
  }

  /** All rows of the current result by id. */
  private Map<String, Row> rows() {
    Map<String, Row> rows = new HashMap<>();
    for (Row row :
        Results.whole(TestProject.spark(), store(), store().requireCurrent(TestProject.DAY))
            .collectAsList()) {
      assertThat(rows.put(row.getAs("id"), row)).isNull();
    }
    return rows;
  }

  private static String run(Map<String, Row> rows, String id) {
    return Objects.requireNonNull(rows.get(id)).getAs(ReservedColumns.RUN);
  }
}
