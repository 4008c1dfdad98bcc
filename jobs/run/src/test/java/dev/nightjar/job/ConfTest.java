package dev.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.SigningKey;
import dev.nightjar.config.Environment;
import dev.nightjar.config.Problem;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import dev.nightjar.config.YamlFile;
import dev.nightjar.contract.Contracts;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.ledger.LedgerKey;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.notice.Notify;
import dev.nightjar.notice.Route;
import dev.nightjar.store.RedisPlace;
import dev.nightjar.store.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every file under {@code conf} is one that the code reads; the reference names every key. */
class ConfTest {
  private static final Path CONF =
      Path.of(System.getProperty("nightjar.root", "../..")).resolve("conf").toAbsolutePath();

  @TempDir Path folder;
  private final Problems problems = new Problems();

  @BeforeEach
  void cutTheReferenceIntoFiles() throws IOException {
    cut("project", "conf/project.yaml");
    cut("job", "conf/jobs/flight-delay.yaml");
    cut("view", "conf/views/weather.yaml");
    cut("windowed-view", "conf/views/payments.yaml");
    cut("jdbc", "jdbc.yaml");
    cut("iceberg", "iceberg.yaml");
    cut("table-output", "table-output.yaml");
    cut("database-output", "database-output.yaml");
    cut("contract", "contract.yaml");
    Files.createDirectories(folder.resolve("conf/keys"));
    SigningKey.generate().publicHalf().write(folder.resolve("conf/keys/team.pub"));
  }

  @Test
  void the_job_of_the_reference_is_sound_and_names_every_key_of_jobs_and_views() {
    Optional<Job> job =
        new JobFiles(Project.open(folder, Environment.empty()), Environment.empty(), problems)
            .read(folder.resolve("conf/jobs/flight-delay.yaml"));

    assertThat(problems.found()).isEmpty();
    assertThat(job.orElseThrow().views()).hasSize(1);
    assertThat(job.orElseThrow().registry().text()).isEqualTo("models");
    assertThat(problems.absentKeys())
        .as("keys that conf/reference.yaml does not show, but in words")
        .containsExactlyInAnyOrder(
            // One of path, jdbc, iceberg, table, sql; one of available-after, available-at; a CSV
            // of a view
            // is
            // declared with the keys of an input.
            "input.jdbc",
            "input.iceberg",
            "input.sql",
            "input.table",
            "output.iceberg",
            "output.jdbc",
            "output.state",
            "available-at",
            // A window, which another view of the reference has.
            "features.temp.aggregate",
            "features.temp.over",
            // The one waits for a path, the other for a job.
            "schedule.wait-for[0].job",
            "schedule.wait-for[1].path",
            "source.columns",
            "source.delimiter",
            "source.header",
            "source.jdbc",
            "source.iceberg",
            "source.null-value",
            "source.zone");
    assertThat(text("reference.yaml"))
        .contains(
            "one of path, jdbc or iceberg (see below), table, sql",
            "available-at: <column>",
            "columns as\n");
  }

  @Test
  void the_database_of_the_reference_is_sound_and_names_every_key_of_databases()
      throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file = folder.resolve("jdbc.yaml");
    Files.writeString(
        file, Files.readString(file).replace("/run/secrets/flights-db", secret.toString()));
    Environment environment = new Environment(name -> "reader");

    DatabaseSource source =
        DatabaseSource.read(YamlFile.read(file, environment, problems).orElseThrow());

    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys()).containsExactly("query");
    assertThat(source.password().orElseThrow().text()).isEqualTo("s3cret");
    assertThat(source.toString()).doesNotContain("s3cret").doesNotContain("=reader");
    assertThat(environment.redact("no s3cret of reader"))
        .isEqualTo("no ${file:" + secret + "} of ${env:FLIGHTS_DB_USER}");
  }

  @Test
  void the_table_of_the_reference_is_sound_and_names_every_key_of_such_outputs()
      throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file = folder.resolve("table-output.yaml");
    Files.writeString(
        file, Files.readString(file).replace("/run/secrets/lake-db", secret.toString()));

    Job.Output output =
        OutputSection.read(
            YamlFile.read(file, new Environment(name -> "writer"), problems).orElseThrow());

    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys())
        .as("keys of other outputs, and of tables that are read")
        .containsExactlyInAnyOrder(
            "path",
            "jdbc",
            "format",
            "keep",
            "iceberg.columns",
            "iceberg.snapshot",
            "iceberg.zone");
    assertThat(output.path().text()).isEqualTo("out/flight-delay");
    assertThat(output.table().orElseThrow().name())
        .isEqualTo(
            "the Iceberg table results.flight_delay of jdbc:postgresql://db.example:5432/lake");
    assertThat(output.toString()).doesNotContain("s3cret").doesNotContain("=writer");
  }

  @Test
  void the_database_table_of_the_reference_is_sound_and_names_every_key_of_such_outputs()
      throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file = folder.resolve("database-output.yaml");
    Files.writeString(
        file, Files.readString(file).replace("/run/secrets/reports-db", secret.toString()));

    Job.Output output =
        OutputSection.read(
            YamlFile.read(file, new Environment(name -> "writer"), problems).orElseThrow());

    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys())
        .containsExactlyInAnyOrder("path", "iceberg", "format", "keep", "pass-through");
    assertThat(output.table().orElseThrow())
        .isInstanceOfSatisfying(
            Job.DatabaseTarget.class,
            table -> {
              assertThat(table.name())
                  .isEqualTo(
                      "the table scores.flight_delay of jdbc:postgresql://db.example:5432/reports");
              assertThat(table.write()).isEqualTo(Job.DatabaseTarget.Write.INTERVAL);
              assertThat(table.password().orElseThrow().text()).isEqualTo("s3cret");
            });
    assertThat(output.toString()).doesNotContain("s3cret").doesNotContain("=writer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{path: out, state: state} | output.path: readers go by the table; say 'state' for",
        "{state: state} | output.state: it goes with a table, such as 'iceberg'",
        "{iceberg: {warehouse: w, table: t}} | output.state: the key is required and missing",
        "{iceberg: {warehouse: w, table: t, zone: UTC}, state: s} | output.iceberg.zone: this is for",
        "{iceberg: {warehouse: w, table: a b}, state: s} | output.iceberg.table: 'a b' is no name",
        "{path: a, iceberg: {warehouse: w, table: t}} | output.path: readers go by the table",
        "{jdbc: {url: 'jdbc:postgresql:x', table: a.b.c}, state: s} | output.jdbc.table: 'a.b.c' is no",
        "{jdbc: {url: 'jdbc:postgresql:x', table: t}} | output.state: the key is required and missing",
        "{jdbc: {url: 'jdbc:postgresql:x', table: t}, iceberg: {warehouse: w, table: t}, state: s} | output.jdbc: stands beside 'iceberg'",
      })
  void an_output_that_is_neither_files_nor_a_table_says_what_to_write(String output, String words)
      throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), "output: " + output + "\n");
    OutputSection.read(
        YamlFile.read(file, Environment.empty(), problems).orElseThrow().section("output"));

    assertThat(problems.found())
        .extracting(Problem::toString)
        .anySatisfy(text -> assertThat(text).contains("job.yaml:1: " + words));
  }

  @Test
  void the_store_in_a_redis_of_the_reference_is_sound_and_names_every_key_of_such_stores()
      throws IOException {
    cut("redis-project", "conf/project.yaml");
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file = folder.resolve("conf/project.yaml");
    Project project = Project.open(folder, Environment.empty());
    assertThatThrownBy(project::featureStore)
        .hasMessageContaining("feature-store.password: the file /run/secrets/redis cannot be read");
    assertThat(project.registry().text()).as("for jobs that look nothing up").isEqualTo("models");
    Files.writeString(
        file, Files.readString(file).replace("/run/secrets/redis", secret.toString()));

    RedisPlace place = ((StorePlace.Redis) project.featureStore()).place();

    assertThat(place)
        .isEqualTo(
            new RedisPlace(
                "cache.example",
                6379,
                0,
                false,
                "nightjar",
                Optional.of("nightjar"),
                Optional.of(new Template("${file:" + secret + "}", "s3cret")),
                Duration.ofMillis(50),
                RedisPlace.WhenDown.FAIL));
    YamlFile.read(file, Environment.empty(), problems)
        .ifPresent(section -> StorePlace.read(section, "feature-store", folder));
    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys()).isEmpty();
  }

  @Test
  void the_ledger_of_the_reference_is_sound_and_its_password_is_asked_for_only_by_schedulers()
      throws IOException {
    Project project = Project.open(folder, Environment.empty());
    assertThat(project.ledger())
        .isEqualTo(new LedgerPlace.File(folder.resolve("ledger/nightjar.db")));

    cut("postgresql-project", "conf/project.yaml");
    assertThatThrownBy(project::ledger)
        .hasMessageContaining("ledger.password: ")
        .hasMessageContaining("LEDGER_PASSWORD");
    assertThat(project.registry().text()).as("for whoever schedules nothing").isEqualTo("models");

    LedgerPlace place = Project.open(folder, new Environment(name -> "s3cret")).ledger();

    assertThat(place)
        .isEqualTo(
            new LedgerPlace.Database(
                "jdbc:postgresql://db.example:5432/nightjar", "nightjar", "s3cret"));
    assertThat(place.toString()).doesNotContain("s3cret");
    YamlFile.read(folder.resolve("conf/project.yaml"), new Environment(name -> "s3cret"), problems)
        .ifPresent(section -> LedgerKey.read(section, folder));
    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys()).isEmpty();
  }

  @Test
  void who_is_told_stands_in_the_reference_with_every_key_and_is_read_by_schedulers_alone() {
    Project without = Project.open(folder, Environment.empty());
    assertThat(without.registry().text()).as("for whoever tells nobody").isEqualTo("models");
    assertThatThrownBy(without::notifying)
        .hasMessageContaining("notify.webhook.url: the environment variable ALERT_URL is not set");

    Project project = Project.open(folder, new Environment(name -> "https://hooks.example/s3cret"));

    Route usual = Route.of("other", project.notifying(), project.notifying("other")).orElseThrow();
    assertThat(usual.name()).isEqualTo("project");
    assertThat(usual.on()).containsExactlyInAnyOrder(Event.values());
    assertThat(usual.receiver().shown()).isEqualTo("${env:ALERT_URL}");
    assertThat(usual.toString()).doesNotContain("s3cret");
    Route own =
        Route.of("flight-delay", project.notifying(), project.notifying("flight-delay"))
            .orElseThrow();
    assertThat(own.name()).isEqualTo("job flight-delay");
    assertThat(own.on()).containsExactlyInAnyOrder(Event.FAILED, Event.REFUSED);
    assertThat(own.receiver()).isEqualTo(new Notify.Command(List.of("scripts/page-me", "ops")));
    YamlFile.read(folder.resolve("conf/project.yaml"), project.environment(), problems)
        .ifPresent(Notify::read);
    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys()).as("of a job's, above").containsExactly("notify.command");
  }

  @Test
  void the_iceberg_table_of_the_reference_is_sound_and_names_every_key_of_such_tables()
      throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "s3cret\n");
    Path file = folder.resolve("iceberg.yaml");
    Files.writeString(
        file, Files.readString(file).replace("/run/secrets/lake-db", secret.toString()));

    IcebergSource source =
        IcebergSource.read(
            YamlFile.read(file, new Environment(name -> "reader"), problems).orElseThrow());

    assertThat(problems.found()).isEmpty();
    assertThat(problems.absentKeys()).isEmpty();
    assertThat(source.table()).isEqualTo("weather.hourly");
    assertThat(source.snapshot()).hasValue(3_051_729_675_574_597_004L);
    assertThat(source.toString()).doesNotContain("s3cret").doesNotContain("=reader");
  }

  @Test
  void the_windowed_view_of_the_reference_is_sound() {
    FeatureView view =
        FeatureViews.read(folder.resolve("conf/views/payments.yaml"), Environment.empty());

    assertThat(view.isWindowed()).isTrue();
    assertThat(view.features())
        .extracting(Feature::name)
        .containsExactly("payments_1h", "spent_7d", "last_shop");
  }

  @Test
  void the_contract_of_the_reference_is_sound_and_names_every_key_of_contracts() {
    Optional<Section> section =
        YamlFile.read(folder.resolve("contract.yaml"), Environment.empty(), problems);

    assertThat(section.flatMap(Contracts::read)).isPresent();
    assertThat(problems.found()).isEmpty();
    List<String> inputs = List.of("type", "on-missing", "default", "range", "on-invalid");
    List<String> categories = List.of("values", "on-unknown", "other");
    List<String> outputs = List.of("type", "of", "unit", "threshold", "classes");
    List<String> ofSeveral =
        List.of("outputs.delayed.from", "outputs.kind.from", "layout.inputs", "layout.outputs");
    assertThat(shownNowhere(inputs, "inputs.distance", "inputs.carrier")).isEmpty();
    assertThat(shownNowhere(categories, "inputs.distance", "inputs.carrier")).isEmpty();
    assertThat(shownNowhere(outputs, "outputs.delayed", "outputs.kind")).isEmpty();
    assertThat(problems.absentKeys())
        .as("every absent key is one of those held above, or shown in words")
        .allMatch(
            path -> {
              String key = path.substring(path.lastIndexOf('.') + 1);
              return inputs.contains(key)
                  || categories.contains(key)
                  || outputs.contains(key)
                  || ofSeveral.contains(path);
            });
    assertThat(text("reference.yaml")).contains("# from: ", "# inputs: ", "# outputs: ");
  }

  private List<String> shownNowhere(List<String> keys, String one, String other) {
    return keys.stream()
        .filter(key -> problems.absentKeys().contains(one + "." + key))
        .filter(key -> problems.absentKeys().contains(other + "." + key))
        .toList();
  }

  @Test
  void every_other_file_is_a_sound_job_view_or_contract() throws IOException {
    Environment environment = new Environment(name -> "NYCFLIGHTS13".equals(name) ? "/data" : null);
    List<String> read = new ArrayList<>();
    try (Stream<Path> files = Files.walk(CONF)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        String kind = String.valueOf(file.getParent().getFileName());
        switch (kind) {
          case "jobs" -> read.add(Project.ofJobFile(file, environment).jobIn(file).name());
          case "views" -> read.add(FeatureViews.read(file, environment).name());
          case "contracts" -> {
            Contracts.read(file, environment);
            read.add("contract");
          }
          default -> assertThat(file).isEqualTo(CONF.resolve("reference.yaml"));
        }
      }
    }
    assertThat(read).contains("arrival-delay", "contract", "weather", "planes", "departures");
  }

  /** Writes one section of the reference as the file that it stands for. */
  private void cut(String section, String file) throws IOException {
    StringBuilder cut = new StringBuilder();
    boolean within = false;
    for (String line : text("reference.yaml").lines().toList()) {
      if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
        within = line.startsWith(section + ":");
      } else if (within) {
        cut.append(line.isEmpty() ? "" : line.substring(2)).append('\n');
      }
    }
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, cut);
  }

  private static String text(String name) {
    try {
      return Files.readString(CONF.resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
