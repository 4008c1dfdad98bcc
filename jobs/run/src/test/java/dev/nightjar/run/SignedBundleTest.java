package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.fault.Guard;
import dev.nightjar.result.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that takes only bundles that somebody vouches for. */
class SignedBundleTest {
  private static final String JOB = "conf/jobs/readings.yaml";
  private final SigningKey team = SigningKey.generate();

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void ask_for_a_signature() throws IOException {
    project = TestProject.in(folder);
    Files.createDirectories(project.path("conf/keys"));
    team.publicHalf().write(project.path("conf/keys/team.pub"));
    project.replace(JOB, "output:", "bundle-signed-by: [conf/keys/team.pub]\noutput:");
  }

  @Test
  void a_bundle_is_scored_with_when_one_of_the_keys_has_signed_it() throws IOException {
    assertRefused("is not signed: it has no bundle.sig");

    BundleWriter.sign(bundle(), SigningKey.generate());
    assertRefused("which is not among the trusted ones (team.pub");

    BundleWriter.sign(bundle(), team);
    assertThat(project.run().exit()).isEqualTo(ExitCode.PUBLISHED);

    Path manifest = bundle().resolve(BundleFiles.MANIFEST);
    Files.writeString(
        manifest, Files.readString(manifest).replace("threshold: 0.5", "threshold: 0.9"));
    assertRefused("does not hold: its source, contract or golden rows");
    System.setProperty(Guard.SIGNATURE.property(), "true");
    try {
      assertThat(project.run().record().ending().status()).isNotEqualTo(RunRecord.Status.REFUSED);
    } finally {
      System.clearProperty(Guard.SIGNATURE.property());
    }

    Files.writeString(bundle().resolve(BundleFiles.SIGNATURE), "garbage");
    assertRefused("bundle.sig is no signature as 'nightjar sign' writes it");
  }

  @Test
  void a_key_that_is_none_is_told_before_anything_starts() {
    project.write("conf/keys/team.pub", "hello");
    assertThatThrownBy(project::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("conf/jobs/readings.yaml:")
        .hasMessageContaining("bundle-signed-by[0]")
        .hasMessageContaining("team.pub holds no '-----BEGIN PUBLIC KEY-----'");
    project.replace(JOB, "[conf/keys/team.pub]", "[]");
    assertThatThrownBy(project::job)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no key is named, so no bundle could be taken");
  }

  @Test
  void another_key_is_another_job() {
    String before = project.job().digest();
    project.path("conf/keys/team.pub").toFile().delete();
    SigningKey.generate().publicHalf().write(project.path("conf/keys/team.pub"));
    assertThat(project.job().digest()).isNotEqualTo(before);
  }

  private Path bundle() {
    return project.path("bundles/readings");
  }

  private void assertRefused(String message) {
    RunResult result = project.run();
    assertThat(result.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(result.record().ending().status()).isEqualTo(RunRecord.Status.REFUSED);
    assertThat(result.record().ending().reason()).contains(message);
  }
}
