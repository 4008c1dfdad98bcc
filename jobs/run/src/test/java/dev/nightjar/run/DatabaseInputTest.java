package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Template;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.spark.TableException;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input and feature views in a real PostgreSQL server. */
class DatabaseInputTest {
  private static final int ROWS = 200;

  @TempDir Path folder;
  private TestProject project;

  @BeforeAll
  static void start() {
    Postgres.start();
  }

  @BeforeEach
  void fill() {
    Postgres.execute(
        "drop table if exists readings, weather",
        "create table readings (id text primary key, n integer, at timestamptz, x numeric(8,3),"
            + " colour text, station text)",
        "insert into readings select 'r' || i, i, timestamptz '2024-03-05 00:00:00Z'"
            + " + i * interval '7 minutes', i % 60, 'red', 'a' from generate_series(0, "
            + (ROWS - 1)
            + ") i",
        // A microsecond before, the very end, no time, and the last moment.
        "insert into readings values ('before', 1, timestamptz '2024-03-04 23:59:59.999999Z', 1,"
            + " 'red', 'a'), ('end', 2, timestamptz '2024-03-06 00:00:00Z', 1, 'red', 'a'),"
            + " ('never', 3, null, 1, 'red', 'a'), ('last', null, timestamptz"
            + " '2024-03-05 23:59:59.999999Z', 7, 'red', 'a')",
        "create table weather (station text, hour timestamptz, temp double precision)",
        "insert into weather values ('a', timestamptz '2024-03-04 22:00:00Z', 10)",
        "insert into weather select 'a', timestamptz '2024-03-05 00:00:00Z' + i * interval '1 hour',"
            + " 10 + i from generate_series(0, 23) i",
        "grant select on readings, weather to " + Postgres.READER);
    project = TestProject.in(folder);
    String jdbc =
        """
        jdbc:
            url: ${env:DB_URL}
            user: ${env:DB_USER}
            password: ${env:DB_PASSWORD}
            table: %s
            %s
        """;
    project.replace(
        "conf/jobs/readings.yaml",
        "path: data/readings.csv\n  format: csv\n",
        String.format(
            Locale.ROOT,
            jdbc,
            "readings",
            "columns: {x: double}\n    partition-column: n\n    partitions: 3\n    fetch-size: 10"));
    project.replace(
        "conf/views/weather.yaml",
        "source: {path: data/weather.csv, format: csv, null-value: NA}",
        "source:\n  " + String.format(Locale.ROOT, jdbc, "public.weather", "fetch-size: 5"));
  }

  @Test
  void a_run_sees_one_state_of_the_database_whatever_is_written_meanwhile() {
    RunResult result =
        run(
            before(
                Step.READ, // counted after this, in the state of preflight
                "delete from readings where n % 3 = 0",
                "insert into readings select 'new' || i, i, timestamptz '2024-03-05 09:00:00Z', 1,"
                    + " 'red', 'a' from generate_series(0, 49) i",
                "update weather set temp = 99"),
            before(
                Step.SCORE,
                "do $$ begin set local lock_timeout = '50ms'; truncate weather; raise exception"
                    + " 'truncated'; exception when lock_not_available then null; end $$"),
            before(Step.AUDIT, "delete from readings"));

    assertThat(result.record().ending().reason()).isEqualTo("published");
    assertThat(result.exit()).isEqualTo(ExitCode.PUBLISHED);
    // The 200 of the day, of 7 minutes each, and the one of its last microsecond.
    assertThat(result.record().counts()).isEqualTo(new RunRecord.Counts(201, 201, 0, 0, 1));
    for (Row row : Results.at(TestProject.spark(), out()).scored().collectAsList()) {
      String id = row.getAs("id");
      int i = id.equals("last") ? 0 : Integer.parseInt(id.substring(1));
      double x = id.equals("last") ? 7 : i % 60;
      double temp = id.equals("last") ? 33 : 10 + i * 7 / 60;
      assertThat(((Number) row.getAs("alarm")).doubleValue())
          .as(id)
          .isCloseTo(TestProject.score(x, true, temp), within(1e-6));
    }
    assertThat(heldBack()).as("transactions that outlive the run").isZero();
  }

  @Test
  void a_connection_that_breaks_fails_the_run_and_a_second_run_is_whole() {
    AtomicBoolean cut = new AtomicBoolean();
    RunResult lost =
        run(
            new RunListener() {
              @Override
              public void started(Step step) {
                if (step == Step.SCORE && cut.compareAndSet(false, true)) {
                  Postgres.execute(
                      "select pg_terminate_backend(pid) from pg_stat_activity where usename = '"
                          + Postgres.READER
                          + "'");
                }
              }
            });

    assertThat(lost.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(lost.record().ending().reason())
        .contains(
            "database", "terminating connection due to administrator command", "run again when")
        .doesNotContain("Exception", "\tat ");
    assertThat(ResultStore.at(new Configuration(), out()).current(TestProject.DAY)).isEmpty();

    RunResult again = run(RunListener.NONE);
    assertThat(again.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(again.record().counts().scored()).isEqualTo(ROWS + 1);
  }

  @Test
  void a_server_that_ends_a_reading_connection_fails_the_run_with_its_words() throws Exception {
    project.replace(
        "conf/jobs/readings.yaml",
        "table: readings",
        "query: select r.*, pg_sleep(0.003)::text as slow from readings r");
    Thread reaper =
        new Thread(
            () -> {
              String reading =
                  "from pg_stat_activity where usename = '"
                      + Postgres.READER
                      + "' and query like 'SELECT \"id\"%pg_sleep%' and state = 'active'";
              // In one statement: a short reading has ended before the next one comes.
              while (Postgres.number("select count(pg_terminate_backend(pid)) " + reading) == 0) {
                Thread.onSpinWait();
              }
            });
    reaper.setDaemon(true);
    reaper.start();

    RunResult lost = run(RunListener.NONE);

    assertThat(lost.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(lost.record().ending().reason())
        .contains("terminating connection due to administrator command", "run again when the");
    assertThat(lost.manifest()).isEmpty();
    reaper.join();
  }

  @Test
  void credentials_are_in_no_log_plan_message_or_record() {
    StringWriter log = new StringWriter();
    WriterAppender appender =
        WriterAppender.newBuilder()
            .setName("secrets")
            .setTarget(log)
            .setLayout(PatternLayout.newBuilder().withPattern("%m %ex%n").build())
            .build();
    appender.start();
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    Level before = context.getConfiguration().getRootLogger().getLevel();
    context.getConfiguration().getRootLogger().addAppender(appender, Level.INFO, null);
    context.getConfiguration().getRootLogger().setLevel(Level.INFO);
    context.updateLoggers();
    try {
      RunResult sound = run(RunListener.NONE);
      assertThat(sound.exit()).isEqualTo(ExitCode.PUBLISHED);
      assertThat(sound.record().json()).doesNotContain(Postgres.PASSWORD, Postgres.READER);
      assertThat(plan()).contains("JDBCRelation").doesNotContain(Postgres.PASSWORD);

      project.replace("conf/jobs/readings.yaml", "table: readings", "table: nowhere");
      RunResult wrongTable = run(RunListener.NONE);
      assertThat(wrongTable.record().ending().reason())
          .contains("source '${env:DB_URL} nowhere' cannot be read from its database")
          .contains("relation \"nowhere\" does not exist");
      project.replace("conf/jobs/readings.yaml", "table: nowhere", "table: readings");
      Postgres.execute("alter role " + Postgres.READER + " nologin");
      RunResult refused = run(RunListener.NONE);
      assertThat(refused.record().ending().reason())
          .contains("role \"${env:DB_USER}\" is not permitted to log in", "correct 'url'")
          .doesNotContain(Postgres.PASSWORD);
      assertThat(refused.record().json()).doesNotContain(Postgres.PASSWORD, Postgres.READER);
    } finally {
      Postgres.execute("alter role " + Postgres.READER + " login");
      context.getConfiguration().getRootLogger().removeAppender("secrets");
      context.getConfiguration().getRootLogger().setLevel(before);
      context.updateLoggers();
    }
    assertThat(log.toString()).contains("sessionInitStatement").doesNotContain(Postgres.PASSWORD);
  }

  @Test
  void the_database_is_asked_for_the_interval_alone() {
    assertThat(plan())
        .contains(
            "JDBCRelation((SELECT * FROM readings nightjar_rows WHERE \"at\" >= timestamptz"
                + " '2024-03-05T00:00:00Z' AND \"at\" < timestamptz '2024-03-06T00:00:00Z')")
        .contains("[numPartitions=3]")
        // In the zone of this JVM, Spark would ask for other times than are meant.
        .doesNotContain("*GreaterThanOrEqual(at");

    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
      assertThat(plan())
          .contains("PushedFilters: [*IsNotNull(at)")
          .contains("*GreaterThanOrEqual(at,2024-03-05 00:00:00.0)")
          .contains("*LessThan(at,2024-03-06 00:00:00.0)");
      assertThat(run(RunListener.NONE).record().counts())
          .isEqualTo(new RunRecord.Counts(201, 201, 0, 0, 1));
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void wall_clock_times_are_those_of_the_declared_zone() {
    Postgres.execute(
        "alter table readings alter at type timestamp using at at time zone 'Asia/Tokyo'");
    project.replace("conf/jobs/readings.yaml", "fetch-size: 10", "zone: Asia/Tokyo");

    assertThat(run(RunListener.NONE).record().counts())
        .isEqualTo(new RunRecord.Counts(201, 201, 0, 0, 1));
    assertThat(plan())
        .contains(
            "\"at\" >= timestamp '2024-03-04T09:00' AND \"at\" < timestamp '2024-03-07T09:00'");
  }

  @Test
  void types_of_the_database_are_ours() {
    Postgres.execute(
        "drop table if exists types",
        "create table types (n numeric(10,2), any_n numeric, tz timestamptz, ntz timestamp, d date,"
            + " t text, b boolean, i8 bigint, i4 integer, i2 smallint, f4 real, f8 double precision)",
        "insert into types values (12345678.25, 0.1, '2013-11-03 05:30:00.123456Z',"
            + " '2013-11-03 01:30:00', '2013-07-01', 'ä,\"', true, 9223372036854775807, -1, 2, 'NaN',"
            + " '-Infinity'), (null, null, null, null, null, null, null, null, null, null, null,"
            + " null), (0, 0, '1901-01-01 00:00:00Z', '1500-01-01', '1500-01-01', '', false, 0, 0, 0,"
            + " 0, 1e308)",
        "grant select on types to " + Postgres.READER);
    DatabaseSource source =
        new DatabaseSource(
            Template.of(Postgres.url()),
            Optional.of(Template.of(Postgres.READER)),
            Optional.of(Template.of(Postgres.PASSWORD)),
            Template.of("types"),
            Optional.empty(),
            1,
            100,
            ZoneId.of("America/New_York"),
            Map.of("any_n", DataType.DOUBLE, "d", DataType.TIMESTAMP));
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString())) {
      Dataset<Row> read =
          tables.read(source, Map.of(), Map.of("i4", DataType.DOUBLE, "i2", DataType.LONG));

      assertThat(read.schema().simpleString())
          .isEqualTo(
              "struct<n:decimal(10,2),any_n:double,tz:timestamp,ntz:timestamp,d:timestamp,t:string,"
                  + "b:boolean,i8:bigint,i4:double,i2:bigint,f4:float,f8:double>");
      assertThat(
              read
                  .selectExpr(
                      "concat_ws('|', n, any_n, unix_micros(tz), unix_micros(ntz), unix_micros(d), t,"
                          + " b, i8, i4, i2, f4, f8)")
                  .collectAsList()
                  .stream()
                  .map(row -> row.getString(0)))
          .containsExactlyInAnyOrder(
              "12345678.25|0.1|1383456600123456|1383456600000000|1372651200000000|ä,\"|true"
                  + "|9223372036854775807|-1.0|2|NaN|-Infinity",
              "",
              // 1500 by the proleptic Gregorian calendar, New York by its mean solar time.
              "0.00|0.0|-2177452800000000|-14831751838000000|-14831751838000000||false|0|0.0|0|0.0"
                  + "|1.0E308");
      assertThatThrownBy(() -> tables.read(source, Map.of(), Map.of("i8", DataType.INTEGER)))
          .isInstanceOf(TableException.class)
          .hasMessageContaining("column 'i8' is long, which is not read as integer");
    }
  }

  @Test
  void mistakes_in_the_file_are_told_with_their_lines() {
    project.replace("conf/jobs/readings.yaml", "${env:DB_PASSWORD}", "tiger");
    project.replace("conf/jobs/readings.yaml", "${env:DB_URL}", "jdbc:mysql://db/x");
    project.replace("conf/jobs/readings.yaml", "    table: readings\n", "");

    assertThatThrownBy(this::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("input.jdbc.password")
        .hasMessageContaining("write ${env:NAME} or ${file:/path}")
        .hasMessageContaining("'jdbc:mysql://db/x' is not jdbc:postgresql:")
        .hasMessageContaining("one of 'table' and 'query' is required");
  }

  private String plan() {
    Job job = job();
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString())) {
      return new InputRows(
              TestProject.spark(),
              tables,
              job,
              interval(job),
              java.util.Set.of(),
              java.util.Set.of("x"))
          .ofInterval()
          .queryExecution()
          .toString();
    }
  }

  private static RunListener before(Step when, String... statements) {
    return new RunListener() {
      @Override
      public void started(Step step) {
        if (step == when) {
          Postgres.execute(statements);
        }
      }
    };
  }

  private static long heldBack() {
    return Postgres.number(
        "select count(*) from pg_stat_activity where usename = '"
            + Postgres.READER
            + "' and state like 'idle in transaction%'");
  }

  private Job job() {
    Map<String, String> variables =
        Map.of(
            "DB_URL", Postgres.url(), "DB_USER", Postgres.READER, "DB_PASSWORD", Postgres.PASSWORD);
    return Project.open(folder, new Environment(variables::get)).job("readings");
  }

  private static Interval interval(Job job) {
    return Interval.parse(TestProject.DAY, job.grain(), job.zone());
  }

  private RunResult run(RunListener... listeners) {
    Job job = job();
    RunListener all =
        new RunListener() {
          @Override
          public void started(Step step) {
            List.of(listeners).forEach(one -> one.started(step));
          }
        };
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, all).run(job, interval(job));
  }

  private String out() {
    return project.path("out/readings").toString();
  }
}
