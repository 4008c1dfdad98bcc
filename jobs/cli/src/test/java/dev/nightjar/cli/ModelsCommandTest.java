package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JOB = "conf/jobs/readings.yaml";

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  @Test
  void a_model_from_its_first_version_to_a_roll_back() throws IOException {
    String one = pack("1");
    String two = pack("2");
    assertThat(ends(0, models("list")).out())
        .contains("no model in", "models so far; add one with: nightjar models add BUNDLE");

    assertThat(ends(0, models("add", one, "--alias", "champion", "--expect", "-")).out())
        .contains("readings:1 is ", "readings@champion points to 1 since move 1");
    assertThat(ends(0, models("add", two)).out()).contains("readings:2 is ");
    assertThat(ends(0, models("add", two)).out()).contains("readings:2 is ");
    assertThat(ends(4, models("promote", "readings:2", "champion", "--expect", "3")).err())
        .contains(
            "'readings@champion' points to 1 since", "not to 3 as expected; it was not moved");
    assertThat(ends(0, models("promote", "readings:2", "champion", "--expect", "1")).out())
        .contains("readings@champion points to 2 since move 2");
    assertThat(ends(0, models("list")).out()).contains("readings", "champion=2");
    assertThat(ends(0, models("rollback", "readings", "champion")).out())
        .contains("readings@champion points to 1 since move 3");
    assertThat(ends(3, models("rollback", "readings", "champion")).err())
        .contains("has no usable version before it to go back to");
    assertThat(ends(0, models("promote", "readings@champion", "previous")).out())
        .contains("readings@previous points to 1");

    List<String> history =
        ends(0, models("history", "readings", "champion")).out().lines().toList();
    assertThat(history).hasSize(4);
    assertThat(history.get(3)).startsWith("  3 ").endsWith("rolled back");
    JsonNode move =
        JSON.readTree(
            ends(0, models("history", "readings", "champion", "--json"))
                .out()
                .lines()
                .toList()
                .get(1));
    assertThat(move.path("version").asText()).isEqualTo("2");
    assertThat(move.path("after").asLong()).isEqualTo(1);
    JsonNode resolved =
        JSON.readTree(ends(0, models("resolve", "readings@champion", "--json")).out());
    assertThat(resolved.path("version").asText()).isEqualTo("1");
    assertThat(resolved.path("digest").asText()).isEqualTo(Bundle.open(Path.of(one)).digest());
    assertThat(ends(0, models("verify")).out())
        .isEqualTo(
            "2 versions read whole, 2 aliases followed, 0 problems" + System.lineSeparator());
  }

  @Test
  void a_withdrawn_version_and_what_still_points_to_it() throws IOException {
    ends(0, models("add", pack("1"), "--alias", "champion"));
    String two = pack("2");
    ends(0, models("add", two, "--alias", "champion"));

    assertThat(ends(0, models("withdraw", "readings:2", "--why", "wrong month")).out())
        .contains(
            "readings:2 is withdrawn",
            "readings@champion still points to it",
            "nightjar models rollback readings champion");
    assertThat(ends(0, models("show", "readings")).out()).contains("withdrawn: wrong month");
    assertThat(ends(3, models("resolve", "readings@champion")).err())
        .contains("the version readings:2 was withdrawn", "wrong month");
    project.replace(JOB, "bundle: bundles/readings", "bundle: readings@champion");
    assertThat(ends(2, shell.run("validate", "--project", folder.toString())).err())
        .contains("conf/jobs/readings.yaml: bundle: the alias 'readings@champion' points to");
    ends(0, models("rollback", "readings", "champion"));
    assertThat(ends(0, shell.run("validate", "--project", folder.toString())).out())
        .contains("sound: readings");
    String digest = Bundle.open(Path.of(two)).digest();
    assertThat(ends(0, models("resolve", "readings@sha256:" + digest)).out())
        .contains("readings:2", digest);
    JsonNode version =
        JSON.readTree(ends(0, models("show", "readings", "--json")).out().lines().toList().get(1));
    assertThat(version.path("withdrawn").path("why").asText()).isEqualTo("wrong month");
  }

  @Test
  void other_bytes_damage_and_a_missing_signature_are_told() throws IOException {
    String one = pack("1");
    ends(0, models("add", one));
    Bundle other = project.writeBundle("packed/other", "1");
    byte[] yaml = other.files().get(BundleFiles.MANIFEST);
    Files.write(
        folder.resolve("packed/other/bundle.yaml"),
        (new String(yaml, StandardCharsets.UTF_8) + "# later\n").getBytes(StandardCharsets.UTF_8));
    assertThat(ends(3, models("add", folder.resolve("packed/other").toString())).err())
        .contains("the version readings:1 is the bundle", "a version never changes");

    SigningKey key = SigningKey.generate();
    Path pub = folder.resolve("ours.pub");
    key.publicHalf().write(pub);
    String two = pack("2");
    assertThat(ends(3, models("add", two, "--require-signature", pub.toString())).err())
        .contains("is not signed");
    assertThat(ends(0, models("policy")).out()).contains("bundles need no signature");
    assertThat(ends(0, models("policy", "--require-signature", pub.toString())).out())
        .contains("must be signed by one of: ours.pub", "not usable now:", "is not signed");
    assertThat(ends(3, models("add", two)).err()).contains("is not signed");
    Bundle unsigned = Bundle.open(Path.of(two));
    Path signed = folder.resolve("packed/signed");
    BundleWriter.write(BundleSignature.sign(unsigned, key).addTo(unsigned.files()), signed);
    assertThat(ends(0, models("add", signed.toString())).out()).contains("signed by ours.pub");
    assertThat(ends(0, models("policy", "--no-signature")).out()).contains("need no signature");

    String digest = unsigned.digest();
    Path model = folder.resolve("models/bundles/" + digest + "/1/source/model.zip");
    Files.delete(model);
    assertThat(ends(1, models("verify", "readings")).out())
        .contains("problem: the bundle of readings:2 lacks the file", "1 problems");
    JsonNode found = JSON.readTree(ends(1, models("verify", "--json")).out());
    assertThat(found.path("problems")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "models                                  | say what to do, for example: nightjar models list",
        "models lits                             | there is no command 'lits'; did you mean 'list'?",
        "models show                             | NAME",
        "models show nobody                      | has no model 'nobody' and no other; add one with",
        "models show ../etc                      | the model's name '../etc' cannot be used",
        "models resolve readings                 | write readings@ALIAS, such as readings@champion",
        "models promote a:1                      | ALIAS",
        "models promote a:1 b                    | has no model 'a' and no other",
        "models withdraw a:1                     | --why",
        "models withdraw a@b --why x             | 'a@b' names no version; write NAME:VERSION",
        "models add x --expect 1                 | --expect is about an alias: add --alias",
        "models policy --no-signature --require-signature k | mutually exclusive",
        "models verify nobody                    | has no model 'nobody'"
      })
  void a_wrong_command_line_is_exit_2_and_one_message(String line, String message) {
    List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
    if (words.size() > 2 || words.contains("show")) {
      words.addAll(List.of("--project", folder.toString()));
    }
    Shell.Ended ended = ends(2, shell.run(words.toArray(String[]::new)));

    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).startsWith("nightjar: ").contains(message);
    assertThat(ended.err().lines()).hasSizeLessThan(4);
  }

  @Test
  void the_registry_is_named_on_the_command_line_or_by_the_project() throws IOException {
    String one = pack("1");
    Path other = folder.resolve("s3cr3t-place");
    ends(0, shell.run("models", "add", one, "--registry", other.toString()));
    assertThat(other.resolve("models/readings")).isDirectory();
    project.write("conf/project.yaml", "registry: ${env:PLACE}\n");
    Shell with = new Shell(Map.of("PLACE", other.toString()));

    assertThat(ends(0, with.run("models", "list", "--project", folder.toString())).out())
        .contains("readings");
    Shell.Ended unknown =
        ends(2, with.run("models", "show", "raedings", "--project", folder.toString()));
    assertThat(unknown.err())
        .contains("${env:PLACE} has no model 'raedings'; did you mean 'readings'?")
        .doesNotContain("s3cr3t");
    assertThat(ends(2, shell.run("models", "list", "--project", folder.toString())).err())
        .contains("project.yaml:1: registry:", "PLACE");
  }

  /** Packages a version and returns where it lies. */
  private String pack(String version) {
    project.writeBundle("packed/" + version, version);
    return folder.resolve("packed/" + version).toString();
  }

  private Shell.Ended models(String... words) {
    List<String> all = new ArrayList<>(List.of("models"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--project", folder.toString()));
    return shell.run(all.toArray(String[]::new));
  }

  private static Shell.Ended ends(int exit, Shell.Ended ended) {
    assertThat(ended.exit()).as(ended.all()).isEqualTo(exit);
    UsageTest.assertReadable(ended);
    return ended;
  }
}
