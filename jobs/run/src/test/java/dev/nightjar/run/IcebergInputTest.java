package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.config.Environment;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.schedule.Interval;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Input and a feature view in Iceberg tables: of the folders of a warehouse, and of a catalog in a
 * database.
 */
class IcebergInputTest {
  private static final String CATALOG = "spark.sql.catalog.";
  private static int catalogs;

  @TempDir Path folder;
  private final SparkSession spark = TestProject.spark();
  private final Map<String, String> settings = new TreeMap<>();
  private TestProject project;
  private String lake = "";
  private String prod = "";

  @BeforeAll
  static void start() {
    Postgres.start();
  }

  @BeforeEach
  void fill() {
    project = TestProject.in(folder);
    Postgres.execute("drop table if exists iceberg_tables, iceberg_namespace_properties");
    // A session keeps the catalogs that it has opened.
    lake = "lake" + ++catalogs;
    prod = "prod" + catalogs;
    settings.put(CATALOG + lake, "org.apache.iceberg.spark.SparkCatalog");
    settings.put(CATALOG + lake + ".type", "hadoop");
    settings.put(CATALOG + lake + ".warehouse", project.path("lake").toString());
    settings.put(CATALOG + prod, "org.apache.iceberg.spark.SparkCatalog");
    settings.put(CATALOG + prod + ".type", "jdbc");
    settings.put(CATALOG + prod + ".uri", Postgres.url());
    settings.put(CATALOG + prod + ".jdbc.user", "postgres");
    settings.put(CATALOG + prod + ".jdbc.password", "postgres");
    settings.put(CATALOG + prod + ".warehouse", project.path("prod").toString());
    settings.forEach(spark.conf()::set);
    sql(
        "create table LAKE.db.readings (id long, at timestamp, x double, colour string, station"
            + " string) using iceberg",
        "insert into LAKE.db.readings values"
            + " (1, timestamp '2024-03-05 08:00:00Z', 10, 'red', 'a'),"
            + " (2, timestamp '2024-03-05 10:00:00Z', 20, 'green', 'a'),"
            + " (3, timestamp '2024-03-06 10:00:00Z', 20, 'green', 'a'),"
            + " (4, null, 20, 'green', 'a')",
        "create table PROD.db.weather (station string, hour timestamp, temp double) using iceberg",
        "insert into PROD.db.weather values"
            + " ('a', timestamp '2024-03-05 06:00:00Z', 10),"
            + " ('a', timestamp '2024-03-05 09:00:00Z', 12)");
    project.replace(
        "conf/views/weather.yaml",
        "source: {path: data/weather.csv, format: csv, null-value: NA}",
        """
        source:
          iceberg:
            warehouse: prod
            catalog: {uri: "${env:DB_URL}", name: %s, user: "${env:DB_USER}", password: "${env:DB_PASSWORD}"}
            table: db.weather
        """
            .formatted(prod));
    Postgres.execute("grant select on all tables in schema public to " + Postgres.READER);
  }

  @AfterEach
  void forget() {
    settings.keySet().forEach(spark.conf()::unset);
  }

  private void input(String rows) {
    project.replace("conf/jobs/readings.yaml", "path: data/readings.csv\n  format: csv", rows);
  }

  @Test
  void a_run_sees_one_snapshot_of_each_table_and_a_later_run_another() {
    input("iceberg: {warehouse: lake, table: db.readings}");

    RunRecord first = run(true).record();

    assertThat(first.ending().reason()).isEqualTo("published");
    assertThat(first.counts()).isEqualTo(new RunRecord.Counts(2, 2, 0, 0, 1));
    assertThat(scores())
        .hasSize(2)
        .hasEntrySatisfying(1L, is(TestProject.score(10, true, 10)))
        .hasEntrySatisfying(2L, is(TestProject.score(20, false, 12)));
    assertThat(first.digests().snapshots()).containsOnlyKeys("(input)", "weather");
    assertThat(first.digests().snapshots().values()).allMatch(id -> id.matches("[1-9][0-9]*"));

    RunRecord second = run(false).record();

    assertThat(second.counts()).isEqualTo(new RunRecord.Counts(3, 3, 0, 0, 1));
    assertThat(scores())
        .hasEntrySatisfying(1L, is(TestProject.score(10, true, 99)))
        .hasEntrySatisfying(9L, is(TestProject.score(5, true, 99)));
    assertThat(second.digests().input()).isNotEqualTo(first.digests().input());
    assertThat(second.digests().views()).isNotEqualTo(first.digests().views());
    assertThat(second.digests().snapshots())
        .doesNotContainValue(first.digests().snapshots().get("weather"));
  }

  @Test
  void a_query_of_the_session_sees_one_snapshot_too() {
    input(
        "sql: select r.* from LAKE.db.readings r where r.id <= (select max(id) from LAKE.db.readings)"
            .replace("LAKE", lake));

    RunRecord first = run(true).record();

    assertThat(first.ending().reason()).isEqualTo("published");
    assertThat(first.counts()).isEqualTo(new RunRecord.Counts(2, 2, 0, 0, 1));

    RunRecord second = run(false).record();
    assertThat(second.counts()).isEqualTo(new RunRecord.Counts(3, 3, 0, 0, 1));
    assertThat(second.digests().input()).isNotEqualTo(first.digests().input());
  }

  private static Consumer<Double> is(double expected) {
    return score -> assertThat(score).isCloseTo(expected, within(1e-6));
  }

  private Map<Long, Double> scores() {
    Map<Long, Double> scores = new TreeMap<>();
    for (Row row :
        Results.at(spark, project.path("out/readings").toString()).scored().collectAsList()) {
      scores.put(row.getAs("id"), ((Number) row.getAs("alarm")).doubleValue());
    }
    return scores;
  }

  private RunResult run(boolean meanwhile) {
    Job job =
        Project.open(
                folder,
                new Environment(
                    Map.of(
                            "DB_URL", Postgres.url(),
                            "DB_USER", Postgres.READER,
                            "DB_PASSWORD", Postgres.PASSWORD)
                        ::get))
            .job("readings");
    RunListener listener =
        new RunListener() {
          @Override
          public void started(Step step) {
            if (meanwhile && step == Step.READ) {
              sql(
                  "insert into LAKE.db.readings values"
                      + " (9, timestamp '2024-03-05 11:00:00Z', 5, 'red', 'a')",
                  "insert overwrite PROD.db.weather values"
                      + " ('a', timestamp '2024-03-05 07:59:00Z', 99)");
            }
          }
        };
    return new JobRunner(spark, TestProject.CLOCK, listener)
        .run(job, Interval.parse(TestProject.DAY, job.grain(), job.zone()));
  }

  private void sql(String... statements) {
    for (String statement : statements) {
      spark.sql(statement.replace("LAKE", lake).replace("PROD", prod));
    }
  }
}
