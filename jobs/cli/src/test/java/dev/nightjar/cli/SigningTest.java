package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nightjar keys}, {@code sign} and {@code inspect --trust}. */
class SigningTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();

  @Test
  void a_bundle_is_signed_by_a_new_key_and_asked_for_it() throws IOException {
    TestProject project = TestProject.in(folder);
    String bundle = project.path("bundles/readings").toString();
    String key = folder.resolve("team").toString();

    Shell.Ended made = shell.run("keys", "new", key);
    assertThat(made.exit()).as(made.all()).isZero();
    assertThat(made.out()).contains("written to " + key + ".pub", "keep it to yourself");
    String id = shell.run("keys", "show", key + ".pub").out().strip();
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(made.out()).startsWith(id);

    assertThat(shell.run("inspect", bundle).out()).contains("signed   no");
    Shell.Ended unsigned = shell.run("inspect", bundle, "--trust", key + ".pub");
    assertThat(unsigned.exit()).isEqualTo(3);
    assertThat(unsigned.err()).contains("is not signed: it has no bundle.sig", "nightjar sign");
    assertThat(unsigned.out()).isEmpty();
    UsageTest.assertReadable(unsigned);

    Shell.Ended signed = shell.run("sign", bundle, "--key", key);
    assertThat(signed.exit()).as(signed.all()).isZero();
    assertThat(signed.out()).contains("readings 1 (", "signed by " + id);
    Shell.Ended trusted = shell.run("inspect", bundle, "--trust", key + ".pub", "--prove");
    assertThat(trusted.exit()).as(trusted.all()).isZero();
    assertThat(trusted.out())
        .contains("signed   by " + id, "the signature of team.pub holds", "the golden rows hold");
  }

  @Test
  void a_key_is_never_overwritten_and_the_wrong_half_is_told() throws IOException {
    Path key = folder.resolve("team");
    assertThat(shell.run("keys", "new", key.toString()).exit()).isZero();
    String before = Files.readString(key);
    Shell.Ended again = shell.run("keys", "new", key.toString());
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is there already; a key is never overwritten");
    assertThat(Files.readString(key)).isEqualTo(before);
    Shell.Ended wrong = shell.run("keys", "show", key.toString());
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("where a 'PUBLIC KEY' is needed");
    UsageTest.assertReadable(wrong);
  }
}
