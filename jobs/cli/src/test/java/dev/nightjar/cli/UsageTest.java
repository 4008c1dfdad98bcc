package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is told before Spark starts. */
class UsageTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"                                                 | say what to do",
        "rnu                                                  | there is no command 'rnu'; did you mean 'run'?",
        "run                                                  | JOB",
        "run readings                                         | --interval",
        "run readings --interval 2024-03-05 --from 2024-03-05 | --to",
        "run readings --interval 2024-03-05 --from 2024-03-05 --to 2024-03-05 | mutually exclusive",
        "run readings --from 2024-03-05                       | --to",
        "run readings --interval 2024-03-05 --limit 0         | --limit 0: give 1 or more rows",
        "run readings --interval 2024-03-05 --limit x         | 'x' is not an int",
        "run readings --interval yesterday                    | yesterday",
        "run readings --interval 2024-02-30                   | 2024-02-30",
        "run readings --from 2024-03-05 --to 2024-03-01       | 2024-03-01",
        "run readings --interval 2024-03-05 --frobnicate      | --frobnicate",
        "run readings --interval 2024-03-05 --unless-published --dry-run | never do; leave one of them out",
        "backfill readings --from 2024-03-05                  | --to",
        "backfill readings --from 2024-03-05 --to 2024-03-01  | 2024-03-01 lies before 2024-03-05",
        "backfill readings --from yesterday --to 2024-03-01   | yesterday",
        "backfill readings --from 2024-03-05 --to 9024-03-05  | a backfill takes 10,000 at most; give a shorter",
        "backfill readings --from 2024-03-05 --to 2024-03-05 --parallel 0 | --parallel 0: give 1 to 16 intervals at once",
        "backfill readings --from 2024-03-05 --to 2024-03-05 --parallel two | 'two' is not an int",
        "backfill readings --from 2024-03-05 --to 2024-03-05 --changed --only-missing | mutually exclusive",
        "plan readings                                        | --interval",
        "plan readings --interval yesterday                   | yesterday",
        "plan readings --interval 2024-03-05 --executor-memory 2x | '2x' is no size",
        "plan readings --interval 2024-03-05 --executor-cores 0 | --executor-cores 0: give 1 or more",
        "results readings --content all                       | scored, filtered, quarantine",
        "features                                             | nightjar features list",
        "package --name a                                     | --model-version",
        "features join --input a --views weather --output b --rejected-rows lots | lots",
        "features join --input a.csv --views weather --output b --columns x=dubble | 'double'",
      })
  void a_wrong_command_line_is_exit_2_and_one_message(String line, String message) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ", -1);
    String[] arguments =
        line.matches("(run readings|backfill readings|plan readings|results|features join).*")
            ? (line + " --project " + folder).split(" ", -1)
            : words;

    Shell.Ended ended = shell.run(arguments);

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).startsWith("nightjar: ").contains(message, "see: nightjar");
    assertThat(ended.err().lines()).hasSizeLessThan(4);
    assertReadable(ended);
  }

  @Test
  void only_nightjar_itself_has_a_version() {
    assertThat(shell.run("--version").out()).startsWith("nightjar ");
    for (String command : new String[] {"package", "run", "plan"}) {
      Shell.Ended ended = shell.run(command, "--version", "1");

      assertThat(ended.exit()).isEqualTo(2);
      assertThat(ended.err()).startsWith("nightjar: ");
    }
    Shell.Ended below = shell.run("models", "list", "--version");
    assertThat(below.exit()).isEqualTo(2);
    assertThat(below.err()).contains("--version");
  }

  @Test
  void an_unknown_job_is_named_with_the_nearest_one() {
    for (String command : new String[] {"validate", "results", "runs"}) {
      Shell.Ended ended = shell.run(command, "reading", "--project", folder.toString());

      assertThat(ended.exit()).isEqualTo(2);
      assertThat(ended.err()).contains("no job 'reading' here; did you mean 'readings'?");
      assertReadable(ended);
    }
  }

  @Test
  void a_sound_project_is_told_to_be_sound() {
    Shell.Ended ended = shell.run("validate", "--project", folder.toString());

    assertThat(ended).isEqualTo(new Shell.Ended(0, "sound: readings" + System.lineSeparator(), ""));
  }

  @Test
  void every_mistake_of_every_file_is_told_at_once_with_file_and_line() {
    project
        .replace("conf/jobs/readings.yaml", "interval: 1d", "interval: 2d")
        .replace("conf/jobs/readings.yaml", "  time: at", "  tiem: at")
        .replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: many")
        .replace("conf/views/weather.yaml", "max-age: 4h", "max-age: soon")
        .write("conf/jobs/other.yaml", TestProject.JOB.replace("[weather]", "[wether]"));

    Shell.Ended ended = shell.run("validate", "--project", folder.toString());

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err().lines().toList())
        .anyMatch(line -> line.contains("readings.yaml:2: interval: '2d' is no interval"))
        .anyMatch(line -> line.contains("readings.yaml:7: input.tiem: there is no such key; did"))
        .anyMatch(line -> line.contains("readings.yaml:5: input.time: the key is required"))
        .anyMatch(line -> line.contains("readings.yaml:16: limits.rejected-rows: 'many'"))
        .anyMatch(line -> line.contains("weather.yaml:5: max-age: 'soon' is not a length of time"))
        .anyMatch(line -> line.contains("other.yaml:10: features[0]: no feature view 'wether'"));
    assertReadable(ended);
  }

  @Test
  void a_folder_without_jobs_says_where_they_are_looked_for() {
    Shell.Ended ended = shell.run("validate", "--project", folder.resolve("conf").toString());

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("conf/conf/jobs", "there is no job file here", "--project");
  }

  @Test
  void a_variable_that_is_not_set_is_named() {
    project.replace("conf/jobs/readings.yaml", "data/readings.csv", "${env:READINGS}/readings.csv");

    Shell.Ended ended = shell.run("validate", "--project", folder.toString());

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("readings.yaml:5: input.path", "READINGS");
  }

  @Test
  void a_job_without_runs_says_how_to_start_one() {
    String at = folder.toString();

    assertThat(shell.run("runs", "readings", "--project", at))
        .isEqualTo(
            new Shell.Ended(
                0,
                "no run of readings so far; start one with: nightjar run readings"
                    + System.lineSeparator(),
                ""));
    Shell.Ended results = shell.run("results", "readings", "--project", at);
    assertThat(results.exit()).isEqualTo(1);
    assertThat(results.err()).contains("'readings' has no published result");
  }

  @Test
  void help_and_version_are_exit_0() {
    assertThat(shell.run("--help").out()).contains("run", "results", "validate", "Exit codes:");
    assertThat(shell.run("help", "run").out()).contains("--interval", "--dry-run");
    assertThat(shell.run("--version").exit()).isZero();
    assertThat(shell.run("generate-completion").out()).contains("_complete_nightjar");
  }

  @Test
  void a_bundle_that_is_not_there_or_no_bundle_is_told() throws IOException {
    Shell.Ended absent = shell.run("inspect", folder.resolve("absent").toString());
    assertThat(absent.exit()).isEqualTo(1);
    assertThat(absent.err()).contains(folder.resolve("absent").toString());
    assertReadable(absent);

    Shell.Ended noBundle = shell.run("inspect", folder.resolve("conf").toString());
    assertThat(noBundle.exit()).isEqualTo(1);
    assertThat(noBundle.err()).contains("conf is no bundle: it holds no bundle.yaml");
    assertReadable(noBundle);

    Path text = Files.writeString(folder.resolve("text.zip"), "no zip");
    Shell.Ended noZip = shell.run("inspect", text.toString());
    assertThat(noZip.exit()).isEqualTo(1);
    assertThat(noZip.err()).contains("text.zip");
    assertReadable(noZip);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect absent.zip --verbose",
        "--verbose inspect absent.zip",
        "keys --verbose show k"
      })
  void verbose_shows_where_an_error_came_from_below_its_message(String line) {
    Shell.Ended ended = shell.run(line.split(" ", -1));
    Shell.Ended quiet = shell.run(line.replace("--verbose", " ").strip().split(" +", -1));

    assertReadable(quiet);
    assertThat(quiet.err().lines()).hasSize(1);
    assertThat(ended.exit()).isEqualTo(quiet.exit());
    assertThat(ended.err()).startsWith(quiet.err()).contains("Exception: ", "\tat dev.nightjar.");
  }

  @Test
  void the_variable_does_what_the_option_does() {
    for (String value : new String[] {"1", "0"}) {
      Shell.Ended ended =
          new Shell(Map.of("NIGHTJAR_VERBOSE", value)).run("inspect", "absent-1.zip");

      assertThat(ended.err()).startsWith("nightjar: ").contains("absent-1.zip");
      assertThat(ended.err().contains("\tat dev.nightjar.")).isEqualTo(value.equals("1"));
    }
  }

  @Test
  void a_wrong_command_line_is_told_with_its_origin_only_when_asked() {
    Shell.Ended ended = shell.run("run", "readings", "--frobnicate", "--verbose");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).startsWith("nightjar: ").contains("see: nightjar run", "\tat ");
  }

  @Test
  void every_command_takes_verbose_and_names_it_in_its_help() {
    assertEachTakesVerbose(Main.line(name -> null));
  }

  private static void assertEachTakesVerbose(CommandLine line) {
    assertThat(line.getUsageMessage(CommandLine.Help.Ansi.OFF))
        .as(line.getCommandSpec().qualifiedName())
        .contains("--verbose", "NIGHTJAR_VERBOSE=1");
    line.getSubcommands().values().forEach(UsageTest::assertEachTakesVerbose);
  }

  /** One message for people: no Java in it. */
  static void assertReadable(Shell.Ended ended) {
    assertThat(ended.all())
        .doesNotContain("Exception", "\tat ", "java.", "org.apache", "dev.nightjar");
  }
}
