package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.schedule.Interval;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that publish to a table of a real PostgreSQL server. */
class JdbcOutputTest {
  private static final String FILE = "conf/jobs/readings.yaml";
  private static final String SECRET = "pa55-of-the-publisher";

  @TempDir Path folder;
  private TestProject project;

  @BeforeAll
  static void start() {
    Postgres.start();
    Postgres.execute(
        "drop role if exists publisher", "create role publisher login password '" + SECRET + "'");
  }

  @BeforeEach
  void publishToATable() {
    Postgres.execute(
        "drop schema if exists scores cascade",
        "create schema scores",
        "grant usage, create on schema scores to publisher");
    project =
        TestProject.in(folder)
            .replace(
                FILE,
                "  path: out/readings\n",
                """
                  jdbc:
                    url: ${env:DB_URL}
                    user: ${env:DB_USER}
                    password: ${env:DB_PASSWORD}
                    table: scores.readings
                  state: out/readings
                """);
  }

  @Test
  void the_table_shows_what_the_manifest_lists_and_a_run_again_takes_its_place() {
    RunResult first = run();
    assertThat(first.record().ending().reason()).isEqualTo("published");
    assertThat(first.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertTableIs(1);

    project.replace("data/readings.csv", "2,2024-03-05T10:00:00Z,20,green,a\n", "");
    RunResult second = run();

    assertThat(second.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertTableIs(2);
    assertThat(Postgres.number("select count(*) from scores.readings where id = '2'")).isZero();
    assertThat(second.record().json()).doesNotContain(SECRET, "publisher");
  }

  /** The table is what readers of the manifest see, and its token is the manifest's. */
  private void assertTableIs(long token) {
    List<String> files =
        Results.at(TestProject.spark(), out()).scored().collectAsList().stream()
            .map(row -> row.getAs("id") + " " + row.getAs("alarm") + " " + row.getAs("station"))
            .toList();
    assertThat(files).isNotEmpty();
    assertThat(
            Postgres.texts(
                "select id || ' ' || alarm || ' ' || station from scores.readings where"
                    + " _nightjar_interval = '"
                    + TestProject.DAY
                    + "' and _nightjar_run = 'readings/"
                    + TestProject.DAY
                    + "/"
                    + token
                    + "'"))
        .containsExactlyInAnyOrderElementsOf(files);
    assertThat(Postgres.number("select count(*) from scores.readings")).isEqualTo(files.size());
    assertThat(Postgres.number("select token from scores.nightjar_published")).isEqualTo(token);
    assertThat(store().currentToken(TestProject.DAY)).hasValue(token);
  }

  @Test
  @Tag("soak")
  void a_driver_that_dies_between_the_table_and_the_manifest_is_followed_without_a_row_twice() {
    AtomicBoolean due = new AtomicBoolean(true);
    RunResult died =
        Failpoint.during(
            this::run,
            at -> {
              if (at == Failpoint.SINK_AFTER_COMMIT && due.compareAndSet(true, false)) {
                throw new Failpoint.Injected("at " + at.word());
              }
            });
    assertThat(died.exit()).isNotEqualTo(ExitCode.PUBLISHED);
    assertThat(Postgres.number("select token from scores.nightjar_published")).isEqualTo(1);
    assertThat(store().currentToken(TestProject.DAY)).isEmpty();

    RunResult next = run(Repeat.LEAVE);

    assertThat(next.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertTableIs(1);
    assertThat(run().exit()).isEqualTo(ExitCode.PUBLISHED);
    assertTableIs(3);
  }

  @Test
  void a_table_that_does_not_fit_refuses_the_run_before_a_row_is_scored() {
    run();
    Postgres.execute("alter table scores.readings alter station type integer using 1");

    RunResult refused = run();

    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.record().ending().reason())
        .contains("column 'station' of the table scores.readings of ${env:DB_URL} is integer, and")
        .contains("the results have text there")
        .doesNotContain(SECRET);
    assertThat(refused.record().counts().read()).isZero();
    assertThat(Postgres.number("select token from scores.nightjar_published")).isEqualTo(1);
  }

  @Test
  @Tag("soak")
  void merge_refuses_an_input_whose_keys_are_there_twice_before_a_row_is_scored() {
    project
        .replace(FILE, "table: scores.readings\n", "table: scores.readings\n    write: merge\n")
        .replace("data/readings.csv", "\n3,", "\n2,");

    RunResult refused = run();

    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.record().ending().reason())
        .startsWith(
            "the input has the key id = 2 in 2 rows of 2024-03-05, and output.jdbc.write: merge needs"
                + " each key once");
    assertThat(refused.record().counts().scored()).isZero();

    project.replace("data/readings.csv", "2,2024-03-05T08:30:00Z", "3,2024-03-05T08:30:00Z");
    assertThat(run().exit()).isEqualTo(ExitCode.PUBLISHED);
    assertTableIs(2);
  }

  @Test
  void mistakes_in_the_file_are_told_with_their_lines() {
    project
        .replace(FILE, "${env:DB_PASSWORD}", "tiger")
        .replace(FILE, "${env:DB_URL}", "jdbc:mysql://db/x")
        .replace(FILE, "table: scores.readings", "table: scores.read ings\n    write: append");

    assertThatThrownBy(this::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("output.jdbc.password")
        .hasMessageContaining("write ${env:NAME} or ${file:/path}")
        .hasMessageContaining(
            "readings.yaml:14: output.jdbc.url: 'jdbc:mysql://db/x' is not"
                + " jdbc:postgresql://host:port/database")
        .hasMessageContaining("'scores.read ings' is no name of a table")
        .hasMessageContaining("output.jdbc.write")
        .hasMessageNotContaining("tiger");
  }

  private Job job() {
    Map<String, String> variables =
        Map.of("DB_URL", Postgres.url(), "DB_USER", "publisher", "DB_PASSWORD", SECRET);
    return Project.open(folder, new Environment(variables::get)).job("readings");
  }

  private RunResult run() {
    return run(Repeat.PUBLISH_AGAIN);
  }

  private RunResult run(Repeat repeat) {
    Job job = job();
    Interval interval = Interval.parse(TestProject.DAY, job.grain(), job.zone());
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
        .run(job, interval, repeat);
  }

  private ResultStore store() {
    return ResultStore.at(new Configuration(), out());
  }

  private String out() {
    return project.path("out/readings").toString();
  }
}
