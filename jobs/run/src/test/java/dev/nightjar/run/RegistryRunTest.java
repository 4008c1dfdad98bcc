package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.registry.Registry;
import dev.nightjar.result.Results;
import dev.nightjar.result.RunRecord;
import dev.nightjar.storage.LocalStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that name a bundle of the registry. */
class RegistryRunTest {
  private static final String JOB = "conf/jobs/readings.yaml";

  @TempDir Path folder;
  private TestProject project;
  private Bundle first;
  private Bundle second;
  private Registry registry;

  @BeforeEach
  void admit() {
    project = TestProject.withoutBundle(folder);
    first = project.writeBundle("packed/1", "1");
    second = project.writeBundle("packed/2", "2");
    registry = Registry.at(new LocalStorage(folder.resolve("models")));
    registry.admit(first.files(), "ann");
    registry.admit(second.files(), "ann");
    registry.promote("readings", "1", "champion", "ann", Optional.empty());
    project.replace(JOB, "bundle: bundles/readings", "bundle: readings@champion");
  }

  @Test
  void an_alias_that_moves_during_a_run_changes_the_next_run() {
    RunResult moved =
        project.run(
            new RunListener() {
              @Override
              public void finished(Step step, Duration took) {
                if (step == Step.PREFLIGHT) {
                  registry.promote("readings", "2", "champion", "bob", Optional.of("1"));
                }
              }
            });

    assertThat(moved.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(registry.resolve("readings@champion").version()).isEqualTo("2");
    assertThat(moved.record().digests().bundle()).isEqualTo(first.digest());
    assertThat(moved.record().model())
        .isEqualTo(new RunRecord.Model("readings@champion", "readings", "1", 1L));
    assertThat(bundles()).containsOnly(first.digest());

    RunResult next = project.run();
    assertThat(next.record().model())
        .isEqualTo(new RunRecord.Model("readings@champion", "readings", "2", 2L));
    assertThat(bundles()).containsOnly(second.digest());
    assertThat(next.record().json()).contains("\"reference\" : \"readings@champion\"");
  }

  @Test
  void a_version_is_named_without_an_alias_and_a_path_without_the_registry() {
    project.replace(JOB, "bundle: readings@champion", "bundle: readings:2");
    assertThat(project.run().record().model())
        .isEqualTo(new RunRecord.Model("readings:2", "readings", "2", null));

    project.replace(JOB, "bundle: readings:2", "bundle: packed/1");
    RunResult path = project.run();
    assertThat(path.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(path.record().model()).isNull();
    assertThat(path.record().digests().bundle()).isEqualTo(first.digest());
  }

  @Test
  void the_registry_lies_where_the_project_says() {
    Registry elsewhere = Registry.at(new LocalStorage(folder.resolve("elsewhere")));
    elsewhere.admit(second.files(), "ann");
    elsewhere.promote("readings", "2", "champion", "ann", Optional.empty());
    project.write("conf/project.yaml", "registry: elsewhere\n");

    assertThat(project.run().record().digests().bundle()).isEqualTo(second.digest());
  }

  @Test
  void what_a_reference_does_not_mean_is_told_with_its_exit_code() {
    project.replace(JOB, "readings@champion", "readings@champoin");
    assertEnds(ExitCode.USAGE, "has no alias 'champoin'", "did you mean 'champion'?");

    project.replace(JOB, "readings@champoin", "readings@champion");
    registry.withdraw("readings", "1", "trained on the wrong month", "ann");
    assertEnds(
        ExitCode.REFUSED,
        "the version readings:1 was withdrawn",
        "trained on the wrong month",
        "nightjar models rollback readings champion");

    project.replace(JOB, "bundle: readings@champion", "bundle: readings");
    assertEnds(
        ExitCode.FAILED,
        "there is no bundle at " + folder.resolve("readings"),
        "The registry has a model of that name: write readings@ALIAS");
  }

  @Test
  void a_registry_that_demands_signatures_gives_no_run_a_bundle_without_one() {
    SigningKey key = SigningKey.generate();
    registry.demandSignatures(Map.of("team.pub", key.publicHalf()), "ann");
    assertEnds(ExitCode.REFUSED, "is not signed: it has no bundle.sig");

    registry.admit(BundleSignature.sign(first, key).addTo(first.files()), "ann");
    RunResult signed = project.run();
    assertThat(signed.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(signed.record().digests().bundle()).isEqualTo(first.digest());
  }

  private void assertEnds(ExitCode exit, String... words) {
    RunResult result = project.run();
    assertThat(result.exit()).isEqualTo(exit);
    assertThat(result.failure().orElseThrow().message()).contains(words);
    assertThat(result.record().model()).isNull();
  }

  private List<String> bundles() {
    return Results.at(TestProject.spark(), project.path("out/readings").toString())
        .scored()
        .select("_nightjar_bundle")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }
}
