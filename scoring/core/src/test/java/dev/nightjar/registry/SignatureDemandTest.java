package dev.nightjar.registry;

import static dev.nightjar.registry.Fixtures.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.bundle.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureDemandTest {
  private static final SigningKey OURS = SigningKey.generate();
  private static final SigningKey THEIRS = SigningKey.generate();

  @TempDir Path folder;
  private final BundleFiles unsigned = Fixtures.bundle("1", "a network");
  private Registry registry;

  @BeforeEach
  void open() {
    registry = Fixtures.registry(folder);
  }

  @Test
  void a_registry_that_demands_signatures_admits_no_bundle_without_one() {
    registry.demandSignatures(Map.of("ours.pub", OURS.publicHalf()), "ann");

    assertThatThrownBy(() -> registry.admit(unsigned, "bob"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is not signed: it has no bundle.sig");
    assertThatThrownBy(() -> registry.admit(signed(THEIRS), "bob"))
        .hasMessageContainingAll("is signed by the key", "not among the trusted ones (ours.pub");
    assertThat(registry.names()).isEmpty();

    Version version = registry.admit(signed(OURS), "bob");
    assertThat(version.signedBy()).isEqualTo("ours.pub");
    assertThat(registry.open(registry.resolve("flight-delay:1")).find(BundleFiles.SIGNATURE))
        .isPresent();
    assertThat(Fixtures.registry(folder).policy().signatures()).containsOnlyKeys("ours.pub");
  }

  @Test
  void what_was_admitted_before_the_demand_is_opened_once_it_is_signed() {
    Version before = registry.admit(unsigned, "bob");
    registry.promote(MODEL, "1", "champion", "bob", Optional.empty());
    registry.demandSignatures(Map.of("ours.pub", OURS.publicHalf()), "ann");
    Resolved resolved = registry.resolve("flight-delay@champion");
    assertThatThrownBy(() -> registry.open(resolved)).hasMessageContaining("is not signed");
    assertThat(registry.verify(Optional.empty()).problems())
        .anyMatch(text -> text.contains("is not signed"));

    Version signed = registry.admit(signed(OURS), "ann");

    assertThat(signed.digest()).isEqualTo(before.digest());
    assertThat(signed.signedBy()).isEqualTo("ours.pub");
    assertThat(registry.open(resolved).find(BundleFiles.SIGNATURE)).isPresent();
    assertThat(registry.verify(Optional.empty()).isSound()).isTrue();
    // To bring it without its signature again takes nothing away.
    registry.demandSignatures(Map.of(), "ann");
    assertThat(registry.admit(unsigned, "bob")).isEqualTo(signed);
    assertThat(registry.open(resolved).find(BundleFiles.SIGNATURE)).isPresent();
  }

  @Test
  void one_admission_can_demand_a_signature_by_itself() {
    Registry demanding =
        registry.requiring(AdmissionRule.signedBy(TrustedKeys.of("ours.pub", OURS.publicHalf())));

    assertThatThrownBy(() -> demanding.admit(unsigned, "bob"))
        .hasMessageContaining("is not signed");
    assertThat(demanding.admit(signed(OURS), "bob").signedBy()).isEqualTo("ours.pub");
  }

  @Test
  void a_policy_that_cannot_be_read_admits_nothing_until_it_is_set_again() throws Exception {
    assertThat(
            Crash.inCreation(
                1, () -> registry.demandSignatures(Map.of("o", OURS.publicHalf()), "ann")))
        .isTrue();
    assertThatThrownBy(() -> registry.admit(unsigned, "bob"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContainingAll("policy/1.json lacks its end", "set it again");

    registry.demandSignatures(Map.of("o", OURS.publicHalf()), "ann");
    registry.admit(signed(OURS), "bob");
    flip(folder.resolve("policy/2.json"));
    assertThatThrownBy(() -> registry.open(registry.resolve("flight-delay:1")))
        .hasMessageContaining("policy/2.json is damaged");
  }

  private static void flip(Path file) throws IOException {
    Files.writeString(file, Files.readString(file).replace("\"ann\"", "\"eve\""));
  }

  private BundleFiles signed(SigningKey key) {
    return BundleSignature.sign(Bundle.check(unsigned), key).addTo(unsigned);
  }
}
